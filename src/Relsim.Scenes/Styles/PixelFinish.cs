using System.Runtime.Intrinsics;

namespace Relsim.Scenes.Styles;

/// <summary>Loops over the finished BGRA pixels, 16 bytes at a time.</summary>
internal static class PixelFinish
{
    /// <summary>Adds tile * gain / 127 to each channel; gains in [-255, 255].</summary>
    public static void Add(Span<byte> bgra, int side, NoiseTile tile, int x, int y, int red, int green, int blue) =>
        Apply<Adding>(bgra, side, tile, x, y, Channels(red, green, blue));

    /// <summary>Brightens and darkens each channel by up to gain / 127 of itself; gain in [0, 127].</summary>
    public static void Modulate(Span<byte> bgra, int side, NoiseTile tile, int x, int y, int gain) =>
        Apply<Modulating>(bgra, side, tile, x, y, Channels(gain, gain, gain));

    /// <summary>Turns each channel's level into the size of the screen's dots.</summary>
    public static void Halftone(Span<byte> bgra, int side) =>
        Apply<Screening>(bgra, side, NoiseTile.Screen, 0, 0, Channels(88, 88, 88));

    /// <summary>Blurs by 1-2-1 across and down; <paramref name="scratch"/> is as long as the pixels.</summary>
    public static void Blur(Span<byte> bgra, Span<byte> scratch, int side)
    {
        int stride = side * 4;
        bgra.CopyTo(scratch);
        for (int row = 0; row < side; row++)
        {
            Smooth(bgra.Slice(row * stride, stride), scratch.Slice(row * stride, stride), 4);
        }

        scratch.CopyTo(bgra);
        Smooth(scratch, bgra, stride);
    }

    /// <summary>Lights the picture as a relief of its own darkness, from the upper left; <paramref name="scratch"/> is as long as the pixels.</summary>
    public static void Emboss(Span<byte> bgra, Span<byte> scratch, int side, InkColor ground)
    {
        bgra.CopyTo(scratch);
        Blur(scratch, bgra, side);
        ReadOnlySpan<byte> height = bgra;
        int diagonal = (side * 4) + 4;
        (float red, float green, float blue) = (ground.R * 255 * 0.4f, ground.G * 255 * 0.4f, ground.B * 255 * 0.4f);
        for (int i = 0; i < bgra.Length; i += 4)
        {
            int from = Math.Max(i - diagonal, 0);
            int to = Math.Min(i + diagonal, bgra.Length - 4);
            float relief = 0.5f * (height[from] + height[from + 1] + height[from + 2] - height[to] - height[to + 1] - height[to + 2]);
            relief = MathF.Max(-90, MathF.Min(90, -relief));
            scratch[i] = ToByte((0.6f * scratch[i]) + blue - relief);
            scratch[i + 1] = ToByte((0.6f * scratch[i + 1]) + green - relief);
            scratch[i + 2] = ToByte((0.6f * scratch[i + 2]) + red - relief);
        }

        scratch.CopyTo(bgra);
    }

    /// <summary>Drops alpha and puts red first.</summary>
    public static void ToRgb(ReadOnlySpan<byte> bgra, Span<byte> rgb)
    {
        Vector128<byte> order = Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 255, 255, 255, 255);
        int i = 0, j = 0;
        for (; j + 16 <= rgb.Length; i += 16, j += 12)
        {
            Vector128.Shuffle(Vector128.Create(bgra.Slice(i, 16)), order).CopyTo(rgb[j..]);
        }

        for (; i < bgra.Length; i += 4, j += 3)
        {
            (rgb[j], rgb[j + 1], rgb[j + 2]) = (bgra[i + 2], bgra[i + 1], bgra[i]);
        }
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);

    private static Vector128<short> Channels(int red, int green, int blue) =>
        Vector128.Create((short)blue, (short)green, (short)red, 0, (short)blue, (short)green, (short)red, 0);

    private static void Apply<TBlend>(Span<byte> bgra, int side, NoiseTile tile, int offsetX, int offsetY, Vector128<short> gain)
        where TBlend : IBlend
    {
        for (int y = 0; y < side; y++)
        {
            ReadOnlySpan<sbyte> tileRow = tile.ExpandedRow(y + offsetY);
            for (int x = 0; x < side;)
            {
                int start = (x + offsetX) & (NoiseTile.Side - 1);
                int run = Math.Min(side - x, NoiseTile.Side - start);
                ApplyRun<TBlend>(bgra.Slice(((y * side) + x) * 4, run * 4), tileRow.Slice(start * 4, run * 4), gain);
                x += run;
            }
        }
    }

    private static void ApplyRun<TBlend>(Span<byte> pixels, ReadOnlySpan<sbyte> tile, Vector128<short> gain)
        where TBlend : IBlend
    {
        int i = 0;
        for (; i + 16 <= pixels.Length; i += 16)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Create(pixels.Slice(i, 16)));
            (Vector128<short> tileLow, Vector128<short> tileHigh) = Vector128.Widen(Vector128.Create(tile.Slice(i, 16)));
            Vector128.Narrow(Clamp(TBlend.Of(low.AsInt16(), tileLow, gain)), Clamp(TBlend.Of(high.AsInt16(), tileHigh, gain))).CopyTo(pixels[i..]);
        }

        for (; i < pixels.Length; i++)
        {
            Vector128<short> one = TBlend.Of(Vector128.Create((short)pixels[i]), Vector128.Create((short)tile[i]), Vector128.Create(gain[i & 3]));
            pixels[i] = (byte)Math.Clamp(one[0], (short)0, (short)255);
        }
    }

    private static Vector128<ushort> Clamp(Vector128<short> value) =>
        Vector128.Min(Vector128.Max(value, Vector128<short>.Zero), Vector128.Create((short)255)).AsUInt16();

    private static void Smooth(ReadOnlySpan<byte> from, Span<byte> to, int stride)
    {
        int i = stride;
        int last = from.Length - stride;
        for (; i + 16 <= last; i += 16)
        {
            (Vector128<ushort> lowA, Vector128<ushort> highA) = Vector128.Widen(Vector128.Create(from.Slice(i - stride, 16)));
            (Vector128<ushort> lowB, Vector128<ushort> highB) = Vector128.Widen(Vector128.Create(from.Slice(i, 16)));
            (Vector128<ushort> lowC, Vector128<ushort> highC) = Vector128.Widen(Vector128.Create(from.Slice(i + stride, 16)));
            Vector128<ushort> two = Vector128.Create((ushort)2);
            Vector128<ushort> low = (lowA + lowB + lowB + lowC + two) >>> 2;
            Vector128<ushort> high = (highA + highB + highB + highC + two) >>> 2;
            Vector128.Narrow(low, high).CopyTo(to[i..]);
        }

        for (; i < last; i++)
        {
            to[i] = (byte)((from[i - stride] + (2 * from[i]) + from[i + stride] + 2) >> 2);
        }
    }

    private interface IBlend
    {
        static abstract Vector128<short> Of(Vector128<short> pixel, Vector128<short> tile, Vector128<short> gain);
    }

    private readonly struct Adding : IBlend
    {
        public static Vector128<short> Of(Vector128<short> pixel, Vector128<short> tile, Vector128<short> gain) =>
            pixel + Vector128.ShiftRightArithmetic(tile * gain, 7);
    }

    private readonly struct Modulating : IBlend
    {
        public static Vector128<short> Of(Vector128<short> pixel, Vector128<short> tile, Vector128<short> gain) =>
            pixel + Vector128.ShiftRightArithmetic(pixel * Vector128.ShiftRightArithmetic(tile * gain, 7), 7);
    }

    private readonly struct Screening : IBlend
    {
        public static Vector128<short> Of(Vector128<short> pixel, Vector128<short> tile, Vector128<short> gain)
        {
            Vector128<short> over = pixel - Vector128.Create((short)128) - Vector128.ShiftRightArithmetic(tile * gain, 7);

            // One and a half times the distance from the threshold; no gain in alpha, no change.
            Vector128<short> mask = Vector128.Min(gain, Vector128.Create((short)3));
            return pixel + Vector128.ShiftRightArithmetic(over * mask, 1);
        }
    }
}
