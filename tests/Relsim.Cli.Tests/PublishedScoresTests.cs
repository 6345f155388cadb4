using System.Text.Json.Nodes;
using Relsim.Torch.Encoders;
using Relsim.Torch.Tests;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Cli.Tests;

/// <summary>The table of sample scores in relsim's own README, wherever the published weights are.</summary>
public sealed class PublishedScoresTests
{
    // The table was made in bfloat16, whose scores differ from exact ones by up to 0.02 (GOTCHAS of the reference folder).
    private const float Tolerance = 0.02f;

    [Fact]
    public void Score_PublishedModelAndPictures_GivesThePublishedTable()
    {
        string table = ReferenceFolder.Files("published_scores.json")[0];
        using ModelStore store = ModelStore.Open();
        const string name = "relsim-7b";
        string[] missing = [.. KnownModels.Find(name)!.Parts.Where(part => store.Find(part.Id) is null).Select(part => part.Id.ToString())];
        Assert.SkipWhen(missing.Length > 0, $"The published weights are not here ({string.Join(", ", missing)}); 'relsim models pull {name}' fetches them.");
        JsonNode published = JsonNode.Parse(File.ReadAllText(table))!;
        string folder = Path.GetDirectoryName(table)!;
        using RelsimModel model = RelsimModel.Load(name, new EncoderOptions { DType = WeightType.Bf16, Profile = "relsim-native" });
        float[] reference = model.Pipeline.Embed(Path.Combine(folder, (string)published["reference"]!)).Embedding!.Relational;

        foreach ((string picture, JsonNode? score) in published["scores"]!.AsObject())
        {
            float[] embedding = model.Pipeline.Embed(Path.Combine(folder, picture)).Embedding!.Relational;
            float cosine = (float)reference.Zip(embedding, (a, b) => (double)a * b).Sum();
            Assert.InRange(cosine, (float)score! - Tolerance, (float)score! + Tolerance);
        }
    }
}
