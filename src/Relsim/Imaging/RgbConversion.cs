using System.Runtime.InteropServices;

namespace Relsim.Imaging;

/// <summary>Turns what a decoder gave into 8-bit RGB by the conventions of <see cref="DecodeConventions"/>.</summary>
internal static class RgbConversion
{
    internal static RgbImage Convert(RawImage raw, DecodeConventions conventions)
    {
        var rgb = GC.AllocateUninitializedArray<byte>(raw.Width * raw.Height * 3);
        ReadOnlySpan<byte> source = raw.IsSixteenBit ? ToEightBits(raw, conventions.SixteenBit) : raw.Bytes;
        int colors = raw.Channels - (raw.HasAlpha ? 1 : 0);
        switch (raw.Layout)
        {
            case ChannelLayout.Rgb when !raw.HasAlpha:
                source.CopyTo(rgb);
                break;
            case ChannelLayout.Grey:
                CopyGrey(source, raw.Channels, rgb);
                break;
            case ChannelLayout.Rgb:
                CopyRgb(source, raw.Channels, rgb);
                break;
            default:
                CopyCmyk(source, raw.Channels, rgb);
                break;
        }

        if (raw.HasAlpha && conventions.Alpha == AlphaHandling.OnWhite)
        {
            CompositeOnWhite(rgb, source[colors..], raw.Channels);
        }

        return new RgbImage(raw.Width, raw.Height, rgb);
    }

    private static void CopyGrey(ReadOnlySpan<byte> source, int channels, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += channels, to += 3)
        {
            rgb[to] = rgb[to + 1] = rgb[to + 2] = source[from];
        }
    }

    private static void CopyRgb(ReadOnlySpan<byte> source, int channels, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += channels, to += 3)
        {
            rgb[to] = source[from];
            rgb[to + 1] = source[from + 1];
            rgb[to + 2] = source[from + 2];
        }
    }

    private static void CopyCmyk(ReadOnlySpan<byte> source, int channels, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += channels, to += 3)
        {
            int white = 255 - source[from + 3];
            rgb[to] = Ink(white, source[from]);
            rgb[to + 1] = Ink(white, source[from + 1]);
            rgb[to + 2] = Ink(white, source[from + 2]);
        }
    }

    private static byte Ink(int white, byte ink) => (byte)(white - PremultipliedAlpha.MultiplyDivide255(ink, white));

    private static void CompositeOnWhite(Span<byte> rgb, ReadOnlySpan<byte> alpha, int channels)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += channels, to += 3)
        {
            byte coverage = alpha[from];
            if (coverage == 255)
            {
                continue;
            }

            rgb[to] = PremultipliedAlpha.Blend(rgb[to], coverage, 255);
            rgb[to + 1] = PremultipliedAlpha.Blend(rgb[to + 1], coverage, 255);
            rgb[to + 2] = PremultipliedAlpha.Blend(rgb[to + 2], coverage, 255);
        }
    }

    private static byte[] ToEightBits(RawImage raw, SixteenBitHandling handling)
    {
        ReadOnlySpan<ushort> wide = MemoryMarshal.Cast<byte, ushort>(raw.Bytes);
        var narrow = GC.AllocateUninitializedArray<byte>(wide.Length);
        bool plainGrey = raw is { Layout: ChannelLayout.Grey, HasAlpha: false };
        for (int i = 0; i < narrow.Length; i++)
        {
            int value = wide[i];
            narrow[i] = (byte)(handling switch
            {
                SixteenBitHandling.Scale => (value + 128) / 257,
                _ when plainGrey => Math.Min(value, 255),
                _ => value >> 8,
            });
        }

        return narrow;
    }
}
