"""May a call touch this collection, use this model?

The one place that says so. Whoever turns a name of a request into a collection or a model asks
here: `index.validated_index` and `index.schema_cache` for collections, `triton.registry` and
`services.kserve` for models.
"""

from ocelli.edge.access.refusals import collection_denied, model_denied
from ocelli.edge.call import Call


def permit_collection(call: Call, *names: str) -> None:
    """Returns if the call's principal may touch collections, or aliases, of all these names.

    Raises:
        OcelliError: COLLECTION_DENIED.
    """
    for name in names:
        if not call.principal.may_use_collection(name):
            raise collection_denied(call, name)


def permit_model(call: Call, name: str) -> None:
    """Returns if the call's principal may use the model.

    Raises:
        OcelliError: MODEL_DENIED.
    """
    if not call.principal.may_use_model(name):
        raise model_denied(call, name)
