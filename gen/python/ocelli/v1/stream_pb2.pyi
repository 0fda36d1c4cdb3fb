from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OverflowPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OVERFLOW_POLICY_UNSPECIFIED: _ClassVar[OverflowPolicy]
    OVERFLOW_POLICY_BLOCK: _ClassVar[OverflowPolicy]
    OVERFLOW_POLICY_KEEP_LATEST: _ClassVar[OverflowPolicy]

class DropReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DROP_REASON_UNSPECIFIED: _ClassVar[DropReason]
    DROP_REASON_SUPERSEDED: _ClassVar[DropReason]
    DROP_REASON_TOO_OLD: _ClassVar[DropReason]
OVERFLOW_POLICY_UNSPECIFIED: OverflowPolicy
OVERFLOW_POLICY_BLOCK: OverflowPolicy
OVERFLOW_POLICY_KEEP_LATEST: OverflowPolicy
DROP_REASON_UNSPECIFIED: DropReason
DROP_REASON_SUPERSEDED: DropReason
DROP_REASON_TOO_OLD: DropReason

class StreamOptions(_message.Message):
    __slots__ = ("overflow_policy", "max_frame_age_ms", "max_in_flight_frames")
    OVERFLOW_POLICY_FIELD_NUMBER: _ClassVar[int]
    MAX_FRAME_AGE_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_IN_FLIGHT_FRAMES_FIELD_NUMBER: _ClassVar[int]
    overflow_policy: OverflowPolicy
    max_frame_age_ms: int
    max_in_flight_frames: int
    def __init__(self, overflow_policy: _Optional[_Union[OverflowPolicy, str]] = ..., max_frame_age_ms: _Optional[int] = ..., max_in_flight_frames: _Optional[int] = ...) -> None: ...

class StreamWindow(_message.Message):
    __slots__ = ("max_in_flight_frames", "max_unanswered_frames", "max_message_bytes", "model", "overflow_policy")
    MAX_IN_FLIGHT_FRAMES_FIELD_NUMBER: _ClassVar[int]
    MAX_UNANSWERED_FRAMES_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OVERFLOW_POLICY_FIELD_NUMBER: _ClassVar[int]
    max_in_flight_frames: int
    max_unanswered_frames: int
    max_message_bytes: int
    model: str
    overflow_policy: OverflowPolicy
    def __init__(self, max_in_flight_frames: _Optional[int] = ..., max_unanswered_frames: _Optional[int] = ..., max_message_bytes: _Optional[int] = ..., model: _Optional[str] = ..., overflow_policy: _Optional[_Union[OverflowPolicy, str]] = ...) -> None: ...

class Dropped(_message.Message):
    __slots__ = ("reason", "age_us")
    REASON_FIELD_NUMBER: _ClassVar[int]
    AGE_US_FIELD_NUMBER: _ClassVar[int]
    reason: DropReason
    age_us: int
    def __init__(self, reason: _Optional[_Union[DropReason, str]] = ..., age_us: _Optional[int] = ...) -> None: ...
