# The edge and its Triton as a group: they share the machine and the group's network. Tensors travel in
# messages; ipc_mode = "host" in both tasks lets them share memory, on agents that allow privileged containers.
#   nomad job run -var image=registry.example/ocelli:0.1.0 deploy/nomad/ocelli.nomad.hcl

variable "image" {
  type    = string
  default = "ocelli:0.1.0"
}

variable "triton_image" {
  type    = string
  default = "nvcr.io/nvidia/tritonserver:24.10-py3"
}

variable "node_pool" {
  type    = string
  default = "gpu"
}

# "true" if whoever reaches the port may call. Else give the edge keys, OCELLI_KEYS_FILE, from a template or
# a volume, a key set, OCELLI_JWKS, or a CA of client certificates; without any it does not start.
variable "insecure" {
  type    = string
  default = "false"
}

variable "count" {
  type    = number
  default = 2
}

job "ocelli" {
  datacenters = ["*"]
  node_pool   = var.node_pool
  type        = "service"

  group "edge" {
    count = var.count

    constraint {
      attribute = "${attr.kernel.name}"
      value     = "linux"
    }

    spread {
      attribute = "${node.unique.id}"
    }

    # One of the new version beside the old ones; the others follow once somebody has looked:
    #   nomad deployment promote ID
    update {
      canary            = 1
      max_parallel      = 1
      health_check      = "checks"
      min_healthy_time  = "10s"
      healthy_deadline  = "10m"
      progress_deadline = "15m"
      auto_revert       = true
      auto_promote      = false
    }

    restart {
      attempts = 3
      interval = "5m"
      delay    = "5s"
      mode     = "delay"
    }

    # A group's allocations come and go together; a node that drains moves one at a time.
    migrate {
      max_parallel     = 1
      health_check     = "checks"
      min_healthy_time = "10s"
    }

    # Where vectors are, kept when an allocation is replaced on the same machine.
    ephemeral_disk {
      size    = 20000
      sticky  = true
      migrate = true
    }

    network {
      mode = "bridge"
      port "grpc" {
        to = 8500
      }
      port "metrics" {
        to = 9500
      }
      # Triton's port has no label here: it is reached inside the group's network alone.
    }

    # Nomad's own services: no Consul is needed.
    service {
      name     = "ocelli"
      port     = "grpc"
      provider = "nomad"
      tags     = ["grpc"]

      check {
        name     = "live"
        type     = "tcp"
        interval = "10s"
        timeout  = "3s"
      }
    }

    service {
      name     = "ocelli-metrics"
      port     = "metrics"
      provider = "nomad"

      # The metrics are served by the process that serves calls: it answers.
      check {
        name     = "metrics"
        type     = "http"
        path     = "/metrics"
        interval = "10s"
        timeout  = "3s"
      }
    }

    # Triton first, and until the edge has drained.
    task "triton" {
      driver       = "docker"
      kill_timeout = "45s"

      lifecycle {
        hook    = "prestart"
        sidecar = true
      }

      config {
        image    = var.triton_image
        command  = "tritonserver"
        args     = ["--model-repository=/models", "--model-control-mode=explicit", "--load-model=*", "--exit-on-error=false"]
        shm_size = 1073741824
        volumes  = ["/srv/ocelli/models:/models:ro"]
      }

      resources {
        cpu    = 4000
        memory = 8192

        device "nvidia/gpu" {
          count = 1
        }
      }
    }

    task "edge" {
      driver = "docker"
      # Exceeds drain_notice_s + drain_grace_s by 15. Nomad's agents cut it to 30 s unless their
      # max_kill_timeout allows more.
      kill_signal  = "SIGTERM"
      kill_timeout = "40s"
      # Out of the service's addresses before it is told to stop.
      shutdown_delay = "5s"

      config {
        image           = var.image
        ports           = ["grpc", "metrics"]
        readonly_rootfs = true
        cap_drop        = ["all"]
        volumes         = ["/srv/ocelli/models:/models:ro"]
        mount {
          type   = "tmpfs"
          target = "/tmp"
        }
      }

      env {
        OCELLI_TRITON          = "127.0.0.1:8001"
        OCELLI_MODELS          = "/models" # models for texts have their tokenizers there
        OCELLI_INSECURE        = var.insecure
        OCELLI_METRICS_ADDRESS = "0.0.0.0:9500"
        OCELLI_DRAIN_NOTICE_S  = "5"
        OCELLI_DRAIN_GRACE_S   = "20"
        OCELLI_HOME            = "${NOMAD_ALLOC_DIR}/data"
      }

      resources {
        cpu        = 2000
        memory     = 1024
        memory_max = 2048
      }
    }
  }
}
