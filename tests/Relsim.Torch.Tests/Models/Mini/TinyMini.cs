using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Mini;

/// <summary>A mini model small enough to train in seconds, and pictures that only their pattern tells apart.</summary>
internal static class TinyMini
{
    private const int Looks = 8;
    private const int RelationsOfALook = 4;

    private static readonly string[] Captions =
    [
        "rows lie above each other", "columns stand side by side", "a disc rests in the centre",
        "a frame surrounds nothing", "two bars cross", "dots sit in the corners",
    ];

    public static MiniConfig Config(int side = 32) => MiniConfig.Default with
    {
        ModelId = "tiny",
        ImageSize = side,
        Width = 8,
        RelationalDimension = 32,
        ObjectDimension = 8,
        HeadWidth = 32,
        AttributeDimension = 16,
        TextBuckets = 512,
        TextWidth = 16,
        TextLength = 8,
    };

    /// <summary>A model in evaluation mode whose norms hold uneven statistics, as after training.</summary>
    public static MiniModel Model(MiniConfig config)
    {
        var model = new MiniModel(config);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach ((string name, Tensor value) in model.state_dict().Where(pair => pair.Key.Contains("norm", StringComparison.Ordinal) && pair.Value.is_floating_point()))
        {
            bool positive = name.EndsWith("var", StringComparison.Ordinal) || name.EndsWith("weight", StringComparison.Ordinal);
            value.copy_(positive ? rand(value.shape) + 0.5f : randn(value.shape) * 0.2f);
        }

        model.eval();
        return model;
    }

    /// <summary>The first weights of the relational head in a model's file.</summary>
    public static float[] Head(string path)
    {
        using DisposeScope scope = NewDisposeScope();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Read("relational_head.in_proj.weight").to_type(ScalarType.Float32).data<float>().ToArray();
    }

    /// <summary>The same pictures for the same step: eight pairs of colours, each under three patterns and one jumble.</summary>
    public static RelationalBatch Batch(long step, int side = 32)
    {
        var random = new Random((int)step + 1);
        var pixels = new List<byte>();
        var relations = new List<int>();
        for (int look = 0; look < Looks; look++)
        {
            byte[] ground = Color(random, 0), ink = Color(random, 128);
            int[] patterns = [.. Enumerable.Range(0, Captions.Length).OrderBy(_ => random.Next()).Take(RelationsOfALook - 1), -1];
            foreach (int pattern in patterns)
            {
                pixels.AddRange(Paint(pattern, side, ground, ink, random));
                relations.Add(pattern);
            }
        }

        int[] looks = [.. Enumerable.Range(0, relations.Count).Select(i => i / RelationsOfALook)];
        return new RelationalBatch
        {
            Size = side,
            Pixels = [.. pixels],
            Relation = [.. relations],
            Family = [.. relations.Select(r => r < 0 ? -1 : r / 2)],
            Look = looks,
            Style = [.. looks.Select(look => look % 4)],
            Palette = [.. looks.Select(look => look % 3)],
            Bank = Captions,
            BankFamily = [0, 0, 1, 1, 2, 2],
        };
    }

    /// <summary>Scenes, panels (the same patterns under captions of their own) and problems, whose sides are two patterns.</summary>
    public static MixedBatch Mixed(long step, int side = 32)
    {
        const int Problems = 3, Pictures = 3;
        var random = new Random((int)step + 77);
        var pixels = new List<byte>();
        for (int problem = 0; problem < Problems; problem++)
        {
            for (int i = 0; i < 2 * Pictures; i++)
            {
                pixels.AddRange(Paint((2 * problem) + (i / Pictures), side, Color(random, 0), Color(random, 128), random));
            }
        }

        RelationalBatch panels = Batch(step + 5000, side) with { Bank = [.. Captions.Select(caption => $"afterwards {caption}")] };
        return new MixedBatch(Batch(step, side), panels, new ProblemBatch { Size = side, Pixels = [.. pixels], PicturesOfASide = Pictures });
    }

    /// <summary>The pictures of a batch one by one.</summary>
    public static RgbImage[] Images(RelationalBatch batch) =>
        [.. batch.Pixels.Chunk(batch.Size * batch.Size * 3).Select(pixels => new RgbImage(batch.Size, batch.Size, pixels))];

    /// <summary>The pictures of a batch in 0..1: [B, 3, S, S].</summary>
    public static Tensor ToTensor(RelationalBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor bytes = tensor(batch.Pixels, [batch.Count, batch.Size, batch.Size, 3]);
        return (bytes.permute(0, 3, 1, 2).to_type(ScalarType.Float32) / 255f).MoveToOuterDisposeScope();
    }

    private static byte[] Color(Random random, int least) => [.. Enumerable.Range(0, 3).Select(_ => (byte)random.Next(least, least + 100))];

    private static byte[] Paint(int pattern, int side, byte[] ground, byte[] ink, Random random)
    {
        double shift = random.NextDouble() * 0.1;
        byte[] pixels = new byte[side * side * 3];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                double u = ((x + 0.5) / side * 2) - 1 + shift, v = ((y + 0.5) / side * 2) - 1 - shift;
                bool inked = pattern < 0 ? random.NextDouble() < 0.25 : Math.Max(Math.Abs(u), Math.Abs(v)) < 0.8 && Holds(pattern, u, v);
                (inked ? ink : ground).CopyTo(pixels, ((y * side) + x) * 3);
            }
        }

        return pixels;
    }

    private static bool Holds(int pattern, double u, double v) => pattern switch
    {
        0 => Math.Sin(v * 12) > 0,
        1 => Math.Sin(u * 12) > 0,
        2 => (u * u) + (v * v) < 0.2,
        3 => Math.Max(Math.Abs(u), Math.Abs(v)) > 0.55,
        4 => Math.Min(Math.Abs(u), Math.Abs(v)) < 0.15,
        _ => Math.Min(Math.Abs(u), Math.Abs(v)) > 0.45,
    };
}
