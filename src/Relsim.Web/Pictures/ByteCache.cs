using System.Diagnostics.CodeAnalysis;

namespace Relsim.Web.Pictures;

/// <summary>Keeps values up to a number of bytes in all; what was not used for longest goes first. Thread-safe.</summary>
internal sealed class ByteCache<T>(long maxBytes)
    where T : class
{
    private readonly Dictionary<string, LinkedListNode<(string Key, T Value, long Bytes)>> _nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, T Value, long Bytes)> _recent = [];
    private long _bytes;

    public bool TryGet(string key, [NotNullWhen(true)] out T? value)
    {
        lock (_nodes)
        {
            if (!_nodes.TryGetValue(key, out LinkedListNode<(string Key, T Value, long Bytes)>? node))
            {
                value = null;
                return false;
            }

            _recent.Remove(node);
            _recent.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    public void Set(string key, T value, long bytes)
    {
        lock (_nodes)
        {
            if (_nodes.TryGetValue(key, out LinkedListNode<(string Key, T Value, long Bytes)>? old))
            {
                Remove(old);
            }

            _nodes[key] = _recent.AddFirst((key, value, bytes));
            _bytes += bytes;
            while (_bytes > maxBytes && _recent.Last is { } last)
            {
                Remove(last);
            }
        }
    }

    private void Remove(LinkedListNode<(string Key, T Value, long Bytes)> node)
    {
        _recent.Remove(node);
        _nodes.Remove(node.Value.Key);
        _bytes -= node.Value.Bytes;
    }
}
