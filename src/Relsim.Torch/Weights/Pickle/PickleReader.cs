using System.Buffers.Binary;
using System.Collections;
using System.Numerics;
using System.Text;

namespace Relsim.Torch.Weights.Pickle;

/// <summary>
/// Reads one pickle into plain containers: null, bool, long, BigInteger, double, string, List, object[] (tuples), Dictionary, HashSet and
/// what <see cref="TorchGlobals"/> builds. It runs nothing: an operation or a name outside its short lists is an error.
/// </summary>
/// <remarks>Source of the format: CPython 3.11, `pickletools.py`.</remarks>
internal sealed class PickleReader
{
    private const int MaxSteps = 2_000_000; // a checkpoint of 10,000 tensors takes about 400,000
    private const int MaxDepth = 64;
    private const int MaxIntegerLength = 255;
    private const int MaxNameLength = 255;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly MappedFile map;
    private readonly string path;
    private readonly long end;
    private readonly TorchGlobals globals;
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = [];
    private readonly Dictionary<uint, object?> memo = [];
    private long position;
    private long steps;

    /// <summary>A reader of the bytes from <paramref name="start"/> to <paramref name="end"/>; the caller holds the map.</summary>
    public PickleReader(MappedFile map, string path, long start, long end, TorchGlobals globals)
    {
        this.map = map;
        this.path = path;
        this.end = end;
        this.globals = globals;
        position = start;
    }

    /// <summary>Where the next pickle begins, after <see cref="Read"/>.</summary>
    public long Position => position;

    /// <summary>Reads to the pickle's end and gives what it holds.</summary>
    /// <exception cref="WeightsException">It breaks the format or a limit, or names what may not be built.</exception>
    public object? Read()
    {
        stack.Clear();
        marks.Clear();
        memo.Clear();
        steps = 0;
        while (true)
        {
            Spend(1);
            byte operation = Take(1)[0];
            if (operation == '.')
            {
                object? result = Pop();
                Require(stack.Count == 0 && marks.Count == 0, "values are left over at its end");
                CheckDepth(result, 0, new Dictionary<object, int>(ReferenceEqualityComparer.Instance));
                return result;
            }

            if (!Constant(operation) && !Container(operation) && !MemoOrObject(operation))
            {
                throw Invalid($"operation 0x{operation:x2} is not one that a file of tensors needs; the file is damaged or hostile");
            }
        }
    }

    private bool Constant(byte operation)
    {
        switch (operation)
        {
            case 0x80: Require(Take(1)[0] <= 5, "it is of an unknown protocol"); break;
            case 0x95: Take(8); break; // a frame's length, which matters to streams alone
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)Take(1)[0]); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 0x8a: PushInteger(Take(Take(1)[0])); break;
            case 0x8b: PushInteger(Take(Length32(MaxIntegerLength))); break;
            case 0x8c: Push(Text(Take(Take(1)[0]))); break;
            case (byte)'U': Push(Text(Take(Take(1)[0]))); break; // Python 2's texts
            case (byte)'T': Push(Text(Take(Length32(int.MaxValue)))); break;
            case (byte)'X': Push(Text(Take(Length32(int.MaxValue)))); break;
            case 0x8d: Push(Text(Take(Length64()))); break;
            default: return false;
        }

        return true;
    }

    private bool Container(byte operation)
    {
        switch (operation)
        {
            case (byte)'(': marks.Push(stack.Count); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'}': Push(NewDictionary()); break;
            case 0x8f: Push(NewSet()); break;
            case (byte)'a': Extend([Pop()]); break;
            case (byte)'e': Extend(PopMarked()); break;
            case (byte)'l': Push(PopMarked().ToList()); break;
            case (byte)'t': Push(PopMarked()); break;
            case 0x85: Push(PopMany(1)); break;
            case 0x86: Push(PopMany(2)); break;
            case 0x87: Push(PopMany(3)); break;
            case (byte)'s': SetItems(PopMany(2)); break;
            case (byte)'u': SetItems(PopMarked()); break;
            case (byte)'d': NewFilledDictionary(PopMarked()); break;
            case 0x90: AddItems(PopMarked()); break;
            case 0x91: Push(globals.Set(PopMarked())); break;
            default: return false;
        }

        return true;
    }

    private bool MemoOrObject(byte operation)
    {
        switch (operation)
        {
            case (byte)'0': Drop(); break;
            case (byte)'1': PopMarked(); break;
            case (byte)'2': Push(Peek()); break;
            case (byte)'q': memo[Take(1)[0]] = Peek(); break;
            case (byte)'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
            case 0x94: memo[(uint)memo.Count] = Peek(); break;
            case (byte)'h': Push(Remembered(Take(1)[0])); break;
            case (byte)'j': Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case (byte)'c': Push(globals.Find(Line(), Line())); break;
            case 0x93: StackGlobal(); break;
            case (byte)'R': Reduce(); break;
            case (byte)'b': Build(); break;
            case (byte)'Q': Push(globals.Storage(Pop())); break;
            default: return false;
        }

        return true;
    }

    /// <summary>The dict that a pickle's items go into.</summary>
    public static Dictionary<object, object?> NewDictionary() => new(PickleScalarComparer.Instance);

    /// <summary>The set that a pickle's items go into.</summary>
    public static HashSet<object> NewSet() => new(PickleScalarComparer.Instance);

    private void StackGlobal()
    {
        object?[] names = PopMany(2);
        Push(names is [string module, string name] ? globals.Find(module, name) : throw Invalid("a global is not named by texts"));
    }

    private void Reduce()
    {
        if (PopMany(2) is not [TorchGlobal global, object?[] arguments])
        {
            throw Invalid("it calls something that is not a function, or without a tuple of arguments");
        }

        // What is recalled from the memo costs a byte in the file, and its whole length here.
        Spend(arguments.Length + arguments.Sum(argument => (long)((argument as ICollection)?.Count ?? 0)));
        Push(globals.Build(global, arguments));
    }

    /// <summary>The state of a dict is torch's note on versions (`_metadata`), which says nothing about the tensors.</summary>
    private void Build()
    {
        Require(Pop() is Dictionary<object, object?> && Peek() is Dictionary<object, object?>, "it sets the state of something that is not a dict");
    }

    private void Extend(object?[] items)
    {
        (Peek() as List<object?> ?? throw Invalid("it appends to something that is not a list")).AddRange(items);
    }

    private void AddItems(object?[] items)
    {
        HashSet<object> set = Peek() as HashSet<object> ?? throw Invalid("it adds to something that is not a set");
        set.UnionWith(globals.Set(items));
    }

    private void NewFilledDictionary(object?[] items)
    {
        Push(NewDictionary());
        SetItems(items);
    }

    private void SetItems(object?[] items)
    {
        Dictionary<object, object?> dictionary = Peek() as Dictionary<object, object?> ?? throw Invalid("it sets items of something that is not a dict");
        Require(items.Length % 2 == 0, "a key is without its value");
        for (int i = 0; i < items.Length; i += 2)
        {
            dictionary[globals.Key(items[i])] = items[i + 1];
        }
    }

    private void Spend(long cost)
    {
        steps += cost;
        Require(steps <= MaxSteps, $"it takes more than {MaxSteps} steps");
    }

    private object? Remembered(uint index) => memo.TryGetValue(index, out object? value) ? value : throw Invalid($"it recalls {index}, which it never kept");

    private void Push(object? value) => stack.Add(value);

    private object? Peek()
    {
        Require(stack.Count > Floor, "it takes a value from an empty stack");
        return stack[^1];
    }

    private object? Pop()
    {
        object? value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private void Drop()
    {
        if (marks.Count > 0 && stack.Count == marks.Peek())
        {
            marks.Pop();
        }
        else
        {
            Pop();
        }
    }

    private object?[] PopMany(int count)
    {
        Require(stack.Count - Floor >= count, "it takes a value from an empty stack");
        object?[] values = [.. stack[^count..]];
        stack.RemoveRange(stack.Count - count, count);
        return values;
    }

    private object?[] PopMarked()
    {
        Require(marks.Count > 0, "it ends a group that never began");
        object?[] values = PopMany(stack.Count - marks.Peek());
        marks.Pop();
        return values;
    }

    /// <summary>What lies below the innermost mark is out of reach.</summary>
    private int Floor => marks.Count > 0 ? marks.Peek() : 0;

    private ReadOnlySpan<byte> Take(int length)
    {
        Require(length <= end - position, "it ends too soon");
        ReadOnlySpan<byte> bytes = map.Bytes(position, length);
        position += length;
        return bytes;
    }

    private int Length32(int limit)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        Require(length <= limit, $"a value of {length} bytes is too long");
        return (int)length;
    }

    private int Length64()
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        Require(length <= int.MaxValue, $"a value of {length} bytes is too long");
        return (int)length;
    }

    private void PushInteger(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(bytes);
        Push(value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value);
    }

    private string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new WeightsException(path, null, "the pickle cannot be read: a text is not UTF-8.", e);
        }
    }

    private string Line()
    {
        int window = (int)Math.Min(end - position, MaxNameLength + 1);
        int length = map.Bytes(position, window).IndexOf((byte)'\n');
        Require(length >= 0, "a name does not end");
        string line = Text(Take(length));
        Take(1);
        return line;
    }

    /// <summary>Gives the height of <paramref name="value"/>; a container that holds itself has none.</summary>
    private int CheckDepth(object? value, int depth, Dictionary<object, int> heights)
    {
        IEnumerable<object?>? children = value switch
        {
            List<object?> list => list,
            object?[] tuple => tuple,
            Dictionary<object, object?> dictionary => dictionary.Values,
            _ => null,
        };
        if (value is null || children is null)
        {
            return 0;
        }

        if (!heights.TryGetValue(value, out int height))
        {
            Require(depth < MaxDepth, $"it is nested more than {MaxDepth} deep, or holds itself");
            height = children.Select(child => CheckDepth(child, depth + 1, heights)).DefaultIfEmpty(0).Max() + 1;
            heights[value] = height;
        }

        Require(depth + height <= MaxDepth + 1, $"it is nested more than {MaxDepth} deep");
        return height;
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw Invalid(otherwise);
        }
    }

    private WeightsException Invalid(string reason) => new(path, null, $"the pickle cannot be read: {reason} (at byte {position}).");
}
