namespace Relsim.Imaging;

/// <summary>The meaning of a decoder's channels; alpha, where there is one, follows as the last.</summary>
internal enum ChannelLayout
{
    Grey,
    Rgb,
    Cmyk,
}

/// <summary>
/// Pixels as a decoder gave them: Height x Width x Channels numbers of 8 or 16 bits (machine byte order), in native memory
/// that is released on disposal, or in a managed array.
/// </summary>
internal sealed unsafe class RawImage(int width, int height, ChannelLayout layout, bool hasAlpha, bool isSixteenBit) : IDisposable
{
    private byte[]? _managed;
    private nint _native;
    private int _length;

    internal int Width { get; } = width;

    internal int Height { get; } = height;

    internal ChannelLayout Layout { get; } = layout;

    internal bool HasAlpha { get; } = hasAlpha;

    internal bool IsSixteenBit { get; } = isSixteenBit;

    internal int Channels => (Layout switch { ChannelLayout.Grey => 1, ChannelLayout.Rgb => 3, _ => 4 }) + (HasAlpha ? 1 : 0);

    internal ReadOnlySpan<byte> Bytes => _managed is null ? new ReadOnlySpan<byte>((void*)_native, _length) : _managed;

    internal long ExpectedLength => (long)Width * Height * Channels * (IsSixteenBit ? 2 : 1);

    /// <summary>Takes over a managed array.</summary>
    internal RawImage With(byte[] pixels)
    {
        _managed = pixels;
        return this;
    }

    /// <summary>Takes over memory that libvips allocated.</summary>
    internal RawImage With(nint pixels, int length)
    {
        _native = pixels;
        _length = length;
        return this;
    }

    public void Dispose()
    {
        if (_native != 0)
        {
            NetVips.NetVips.Free(_native);
            _native = 0;
            _length = 0;
        }
    }
}
