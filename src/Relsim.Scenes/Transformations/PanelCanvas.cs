using Relsim.Imaging;

namespace Relsim.Scenes.Transformations;

/// <summary>A painted square whose middle half of rows holds two panels; finishes it in place.</summary>
internal sealed class PanelCanvas(byte[] rgb, int size)
{
    private const int Faint = 60; // the sum of three differences below which a pixel is ground

    private readonly int _top = size / 4;
    private readonly int _bottom = size - (size / 4);

    public RgbImage Image => new(size, size, rgb);

    /// <summary>What differs from the bare ground in the right panel takes on a colour, its lightness kept.</summary>
    public void TintRight((float Red, float Green, float Blue) tint, RgbImage ground)
    {
        ReadOnlySpan<byte> bare = ground.Pixels;
        for (int y = _top; y < _bottom; y++)
        {
            for (int x = size / 2; x < size; x++)
            {
                int at = ((y * size) + x) * 3;
                if (Math.Abs(rgb[at] - bare[at]) + Math.Abs(rgb[at + 1] - bare[at + 1]) + Math.Abs(rgb[at + 2] - bare[at + 2]) < Faint)
                {
                    continue;
                }

                float light = .45f + (.55f * ((.299f * rgb[at]) + (.587f * rgb[at + 1]) + (.114f * rgb[at + 2])) / 255);
                rgb[at] = (byte)(255 * tint.Red * light);
                rgb[at + 1] = (byte)(255 * tint.Green * light);
                rgb[at + 2] = (byte)(255 * tint.Blue * light);
            }
        }
    }

    /// <summary>A line of some colour between the panels, or none.</summary>
    public void Divide(SceneRandom draw)
    {
        if (draw.Chance(.3f))
        {
            return;
        }

        byte tone = draw.Chance(.6f) ? (byte)0 : (byte)draw.Whole(0, 255);
        int wide = draw.Whole(1, 2), from = (size / 2) - (wide / 2);
        for (int y = _top; y < _bottom; y++)
        {
            rgb.AsSpan(((y * size) + from) * 3, wide * 3).Fill(tone);
        }
    }

    /// <summary>What lies above and below the panels becomes the median colour of their frame.</summary>
    public void Pad()
    {
        (byte red, byte green, byte blue) = (FrameMedian(0), FrameMedian(1), FrameMedian(2));
        for (int y = 0; y < size; y++)
        {
            if (y >= _top && y < _bottom)
            {
                continue;
            }

            for (int x = 0; x < size; x++)
            {
                int at = ((y * size) + x) * 3;
                (rgb[at], rgb[at + 1], rgb[at + 2]) = (red, green, blue);
            }
        }
    }

    private byte FrameMedian(int channel)
    {
        var frame = new List<byte>(3 * size);
        for (int x = 0; x < size; x++)
        {
            frame.Add(rgb[(((_top * size) + x) * 3) + channel]);
            frame.Add(rgb[((((_bottom - 1) * size) + x) * 3) + channel]);
        }

        for (int y = _top; y < _bottom; y++)
        {
            frame.Add(rgb[(y * size * 3) + channel]);
            frame.Add(rgb[(((y * size) + size - 1) * 3) + channel]);
        }

        frame.Sort();
        return frame[frame.Count / 2];
    }
}
