using Relsim.Datasets;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Training;

namespace Relsim.Benchmarks.EndToEnd;

/// <summary>The model to measure: one that is named, the one that ships with the program, or an untrained one of the same shape.</summary>
internal static class BenchmarkModel
{
    /// <summary>Its folder; an untrained one is made in <paramref name="temporary"/>.</summary>
    public static string Find(string? named, string temporary)
    {
        string folder = named ?? MiniEncoder.DefaultFolder;
        if (File.Exists(Path.Combine(folder, MiniTraining.WeightsFile)))
        {
            return folder;
        }

        if (named is not null)
        {
            throw new FileNotFoundException($"{named} holds no {MiniTraining.WeightsFile}.");
        }

        Report.Line("The program has no weights; an untrained model of the same shape is measured.");
        Report.Line();
        string made = Path.Combine(temporary, "model");
        var batch = new MixedBatch(Noise(MiniConfig.Default.ImageSize));
        MiniTraining.Run(MiniConfig.Default, new TrainerOptions { Output = made, Steps = 1 }, _ => batch, [batch], ["one thing stands for another"]);
        return made;
    }

    private static RelationalBatch Noise(int size)
    {
        byte[] pixels = new byte[4 * size * size * 3];
        new Random(1).NextBytes(pixels);
        int[] pairs = [0, 0, 1, 1];
        return new RelationalBatch
        {
            Size = size,
            Pixels = pixels,
            Relation = pairs,
            Family = pairs,
            Look = pairs,
            Style = pairs,
            Palette = pairs,
            Bank = ["one", "two"],
            BankFamily = [0, 1],
        };
    }
}
