"""Admits the rpcs of the contract and makes the `Call` of each."""

from collections.abc import Mapping
from functools import partial
from math import inf
from typing import Any

from ocelli.edge.call import Call, enter_call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.observability.call_record import current_record
from ocelli.edge.principal import ANYONE
from ocelli.edge.scheduling.call_limiter import CallLimiter
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.scheduling.loop_lag import LoopLag
from ocelli.edge.scheduling.quota.limited_quota import Quotas
from ocelli.edge.server.interceptors.call_flow import call_flow
from ocelli.edge.server.interceptors.caller import Identify
from ocelli.edge.server.interceptors.handlers import (
    Behaviour,
    Context,
    ContractInterceptor,
    RpcHandler,
    streams,
    wrap,
)
from ocelli.edge.server.trace_metadata import caller_trace


class CallInterceptor(ContractInterceptor):
    """Puts the call where `current_call` finds it.

    What is refused here is refused before its request is read. Health and reflection, which are not
    the contract's, are never refused: a busy server is alive.

    Args:
        limiter: how many calls there may be.
        lag: how late the loop is.
        drain: tells when the server takes no more.
        max_deadline_s: longest that a unary call may take; the caller's deadline holds as well. A
            stream has the caller's deadline alone, each of its frames another.
        max_deadlines_s: what holds instead for some methods, `ocelli.v1.ModelService/LoadModel`.
        identify: tells whose a call is; None: anyone may make any.
        quotas: what each of them may use.
    """

    def __init__(
        self,
        limiter: CallLimiter,
        lag: LoopLag,
        drain: Drain,
        max_deadline_s: float,
        max_deadlines_s: Mapping[str, float],
        *,
        identify: Identify | None,
        quotas: Quotas,
    ) -> None:
        super().__init__()
        self._limiter = limiter
        self._lag = lag
        self._drain = drain
        self._max_deadline_s = max_deadline_s
        self._max_deadlines_s = max_deadlines_s
        self._identify = identify
        self._quotas = quotas

    def change(self, method: str, handler: RpcHandler) -> RpcHandler:
        """The handler, which then finds its `Call`."""
        is_stream = streams(handler)
        max_s = inf if is_stream else self._max_deadlines_s.get(method, self._max_deadline_s)
        return wrap(handler, partial(self._around, method, max_s, is_stream))

    def _around(
        self,
        method: str,
        max_s: float,
        is_stream: bool,  # noqa: FBT001  # bound by partial
        behaviour: Behaviour,
    ) -> Behaviour:
        async def called(request: Any, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
            if self._drain.started:
                raise _draining("takes no new calls")
            deadline = Deadline.after(context.time_remaining(), max_s)
            if not is_stream:
                self._lag.check(deadline.remaining_s())
            principal = ANYONE
            if self._identify is not None:
                principal = await self._identify(method, context)
            flow = call_flow(principal, context, is_stream=is_stream)
            with self._limiter.enter(context.peer()) as end:
                record = current_record()
                if flow.is_batch:
                    self._lag.check_batch()
                call = Call(
                    method,
                    deadline,
                    principal=principal,
                    flow=flow,
                    quota=self._quotas.of(principal),
                    trace=caller_trace(context) if record is None else record.trace,
                    record=record,
                )
                if record is not None:
                    record.principal = call.principal.name
                enter_call(call)
                try:
                    async with end:
                        return await behaviour(request, context)
                except TimeoutError:
                    if not end.expired():
                        raise
                    raise _draining("waits no longer for calls under way") from None
                finally:
                    call.leave()

        return called


def _draining(what: str) -> OcelliError:
    return OcelliError(
        Reason.DRAINING,
        f"the server is stopping and {what}; repeat it after the delay, elsewhere or when it is "
        "back",
    )
