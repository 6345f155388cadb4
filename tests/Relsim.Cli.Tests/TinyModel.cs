using Relsim.Cli.Tests;
using Relsim.Datasets;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Training;

[assembly: AssemblyFixture(typeof(TinyModel))]

namespace Relsim.Cli.Tests;

/// <summary>A model of the real architecture, small and after one training step: enough for everything but good answers.</summary>
public sealed class TinyModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyModel()
    {
        MiniConfig config = MiniConfig.Default with
        {
            ModelId = "tiny-1",
            Width = 4,
            RelationalDimension = 32,
            ObjectDimension = 8,
            HeadWidth = 32,
            AttributeDimension = 16,
            TextBuckets = 256,
            TextWidth = 16,
        };
        var options = new TrainerOptions { Output = Folder, Steps = 1 };
        string[] captions = ["stages of {something} growing", "", "a ring around {something}", "a row of {objects} by size", "a ring around {something}"];
        MiniTraining.Run(config, options, _ => new MixedBatch(Batch(config.ImageSize)), [new MixedBatch(Batch(config.ImageSize))], captions, cancellationToken: CancellationToken.None);
    }

    /// <summary>To be given as <c>--model</c>.</summary>
    public string Folder => _folder["tiny"];

    /// <summary>Number of different captions beside the model.</summary>
    public static int CaptionCount => 3;

    /// <summary>A copy under another model id: of equal shape, but its embeddings must not be mixed with ours.</summary>
    public string CopyWithOtherId()
    {
        string copy = Directory.CreateDirectory(_folder["tiny-2"]).FullName;
        foreach (string file in new[] { MiniTraining.WeightsFile, MiniTraining.ConfigFile })
        {
            File.Copy(Path.Combine(Folder, file), Path.Combine(copy, file), overwrite: true);
        }

        string config = Path.Combine(copy, MiniTraining.ConfigFile);
        File.WriteAllText(config, File.ReadAllText(config).Replace("tiny-1", "tiny-2", StringComparison.Ordinal));
        return copy;
    }

    public void Dispose() => _folder.Dispose();

    private static RelationalBatch Batch(int size)
    {
        byte[] pixels = new byte[8 * size * size * 3];
        new Random(1).NextBytes(pixels);
        int[] pairs = [0, 0, 1, 1, 2, 2, -1, -1];
        int[] sides = [0, 1, 0, 1, 0, 1, 0, 1];
        return new RelationalBatch
        {
            Size = size,
            Pixels = pixels,
            Relation = pairs,
            Family = pairs,
            Look = sides,
            Style = sides,
            Palette = sides,
            Bank = ["growing", "a ring", "a row by size"],
            BankFamily = [0, 1, 2],
        };
    }
}
