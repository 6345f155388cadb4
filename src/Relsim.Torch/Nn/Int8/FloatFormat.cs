using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Relsim.Torch.Nn.Int8;

/// <summary>How numbers lie in the memory of an activation tensor; the kernels compute in float32.</summary>
internal unsafe interface IFloatFormat
{
    /// <summary>Element <paramref name="index"/>.</summary>
    static abstract float Load(void* data, nint index);

    /// <summary>Sixteen elements from <paramref name="index"/> on.</summary>
    static abstract Vector512<float> LoadVector(void* data, nint index);

    /// <summary>Writes element <paramref name="index"/>, rounded to nearest even.</summary>
    static abstract void Store(float value, void* data, nint index);

    /// <summary>Writes sixteen elements from <paramref name="index"/> on, rounded as one is.</summary>
    static abstract void StoreVector(Vector512<float> value, void* data, nint index);
}

/// <summary>float32.</summary>
internal readonly unsafe struct SingleFormat : IFloatFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(void* data, nint index) => ((float*)data)[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadVector(void* data, nint index) => Vector512.Load((float*)data + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, void* data, nint index) => ((float*)data)[index] = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreVector(Vector512<float> value, void* data, nint index) => value.Store((float*)data + index);
}

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Format : IFloatFormat
{
    private const uint HalfLess = 0x7FFF; // just under half of the last place kept; its own lowest bit, added, makes ties even

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(void* data, nint index) => BitConverter.UInt32BitsToSingle((uint)((ushort*)data)[index] << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadVector(void* data, nint index) =>
        (Vector512.WidenLower(Vector256.Load((ushort*)data + index).ToVector512Unsafe()) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, void* data, nint index)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        ((ushort*)data)[index] = (ushort)((bits + HalfLess + (bits >> 16 & 1)) >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreVector(Vector512<float> value, void* data, nint index)
    {
        Vector512<uint> bits = value.AsUInt32();
        Vector512<uint> rounded = (bits + Vector512.Create(HalfLess) + (bits >> 16 & Vector512<uint>.One)) >> 16;
        Vector512.Narrow(rounded, rounded).GetLower().Store((ushort*)data + index);
    }
}
