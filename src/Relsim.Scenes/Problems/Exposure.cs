using Relsim.Imaging;

namespace Relsim.Scenes.Problems;

/// <summary>Makes a painted picture as unruly as a photograph: uneven light, a colour cast, blotches and grain, so that ground and things no longer part cleanly.</summary>
internal static class Exposure
{
    /// <summary>The picture under a light of its own.</summary>
    public static RgbImage Expose(RgbImage image, SceneRandom random)
    {
        int width = image.Width, height = image.Height;
        float uneven = random.Uniform(.1f, .5f), veil = random.Uniform(0, 45), blotches = random.Uniform(0, 40), grain = random.Uniform(0, 12);
        float[] light = Field(random, 4, width, height, 1 - uneven, 1 + uneven), texture = Field(random, random.Whole(10, 28), width, height, -blotches, blotches);
        float[][] veils = [.. Enumerable.Range(0, 3).Select(_ => Field(random, 4, width, height, -veil, veil))];
        float[] gain = [random.Uniform(.85f, 1.15f), random.Uniform(.85f, 1.15f), random.Uniform(.85f, 1.15f)];
        byte[] pixels = new byte[image.Pixels.Length];
        for (int i = 0; i < width * height; i++)
        {
            float common = texture[i] + (grain * (random.Uniform(0, 1) + random.Uniform(0, 1) - 1));
            for (int channel = 0; channel < 3; channel++)
            {
                pixels[(3 * i) + channel] = (byte)Math.Clamp((image.Pixels[(3 * i) + channel] * light[i] * gain[channel]) + veils[channel][i] + common, 0, 255);
            }
        }

        return new RgbImage(width, height, pixels);
    }

    // Random values on a coarse grid, smoothly between them.
    private static float[] Field(SceneRandom random, int cells, int width, int height, float low, float high)
    {
        float[] grid = [.. Enumerable.Range(0, (cells + 1) * (cells + 1)).Select(_ => random.Uniform(low, high))];
        float[] field = new float[width * height];
        for (int y = 0; y < height; y++)
        {
            float v = y * cells / (float)height;
            int row = (int)v;
            float down = v - row;
            for (int x = 0; x < width; x++)
            {
                float u = x * cells / (float)width;
                int column = (int)u, at = (row * (cells + 1)) + column;
                float upper = float.Lerp(grid[at], grid[at + 1], u - column), lower = float.Lerp(grid[at + cells + 1], grid[at + cells + 2], u - column);
                field[(y * width) + x] = float.Lerp(upper, lower, down);
            }
        }

        return field;
    }
}
