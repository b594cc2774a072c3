"""Are two outputs the same, number by number and bit by bit?"""
import h5py


def datasets(path):
    """Name -> type and bytes of each dataset that holds numbers or names; not how the run came about."""
    found = {}
    with h5py.File(path) as file:
        for name, data in file.items():
            if isinstance(data, h5py.Dataset):
                values = data[()]
                found[name] = (str(data.dtype), repr(values.tolist()) if data.dtype.hasobject else values.tobytes())
    return found


def differences(a, b):
    """Names of what differs."""
    one, other = datasets(a), datasets(b)
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
