package ocelli_test

import (
	"net"
	"testing"

	"google.golang.org/grpc"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// scripted serves what no correct edge does when asked, and returns its address.
func scripted(t *testing.T, register func(grpc.ServiceRegistrar), options ...grpc.ServerOption) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(options...)
	register(server)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

// detector answers a stream as a test says.
type detector struct {
	ocelliv1.UnimplementedDetectServiceServer
	script func(detectStream) error
}

type detectStream = grpc.BidiStreamingServer[ocelliv1.DetectStreamRequest, ocelliv1.DetectStreamResponse]

func (d *detector) DetectStream(stream detectStream) error {
	if _, err := stream.Recv(); err != nil { // the configuration
		return err
	}
	return d.script(stream)
}

func scriptedDetector(t *testing.T, script func(detectStream) error) string {
	t.Helper()
	return scripted(t, func(registrar grpc.ServiceRegistrar) {
		ocelliv1.RegisterDetectServiceServer(registrar, &detector{script: script})
	})
}

// window grants so many frames unanswered.
func window(frames uint32) *ocelliv1.DetectStreamResponse {
	return &ocelliv1.DetectStreamResponse{Message: &ocelliv1.DetectStreamResponse_Window{
		Window: &ocelliv1.StreamWindow{MaxInFlightFrames: 1, MaxUnansweredFrames: frames},
	}}
}

func answer(id uint64) *ocelliv1.DetectStreamResponse {
	return &ocelliv1.DetectStreamResponse{Message: &ocelliv1.DetectStreamResponse_Answer{
		Answer: &ocelliv1.DetectFrameAnswer{
			FrameId: id, Outcome: &ocelliv1.DetectFrameAnswer_Result{Result: &ocelliv1.DetectResult{}},
		},
	}}
}
