using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>The element types of the safetensors format that libtorch has too, by the format's names.</summary>
internal static class SafetensorsTypes
{
    private static readonly (string Name, ScalarType Type, int Size)[] Known =
    [
        ("F64", ScalarType.Float64, 8), ("I64", ScalarType.Int64, 8),
        ("F32", ScalarType.Float32, 4), ("I32", ScalarType.Int32, 4),
        ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2), ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1), ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The type called <paramref name="name"/>, or null where there is none.</summary>
    public static ScalarType? Find(string? name)
    {
        foreach ((string known, ScalarType type, _) in Known)
        {
            if (known == name)
            {
                return type;
            }
        }

        return null;
    }

    /// <summary>The format's name of a type.</summary>
    /// <exception cref="NotSupportedException">The format has no such type (complex and quantized numbers).</exception>
    public static string NameOf(ScalarType type) => Of(type).Name;

    /// <summary>The bytes of one element.</summary>
    /// <exception cref="NotSupportedException">The format has no such type.</exception>
    public static int SizeOf(ScalarType type) => Of(type).Size;

    private static (string Name, ScalarType Type, int Size) Of(ScalarType type)
    {
        foreach ((string Name, ScalarType Type, int Size) known in Known)
        {
            if (known.Type == type)
            {
                return known;
            }
        }

        throw new NotSupportedException($"A safetensors file cannot hold elements of type {type}.");
    }
}
