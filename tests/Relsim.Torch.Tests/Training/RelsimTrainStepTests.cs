using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Tests.Models.Qwen25VL;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;
using AdamW = Relsim.Torch.Training.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace Relsim.Torch.Tests.Training;

/// <summary>relsim's training, from the pictures to the weights after several steps, beside the reference's.</summary>
[Trait("Kind", "Parity")]
public sealed class RelsimTrainStepTests(ITestOutputHelper output)
{
    // Of the reference folder's own description.
    private const double PixelTolerance = 1e-6;
    private const double EmbeddingTolerance = 1e-4;
    private const double UnitTolerance = 1e-5;
    private const double LogitTolerance = 2e-4;
    private const double LossTolerance = 1e-4;
    private const double GradientTolerance = 1e-3; // relative, of the norm
    private const double WeightTolerance = 2e-6;
    private const double SmallGradient = 1e-6; // below it the first steps' direction is a matter of rounding
    private const double SmallGradientWeightTolerance = 2e-4;

    [Fact]
    public void Prepare_TheBatchsPictures_PixelsPatchesAndTokensAreTheReferences() => ForEach((reference, golden, model) =>
    {
        RgbImage[] pictures = reference.Pictures();

        Assert.All(pictures, (picture, i) =>
        {
            Tensor expected = golden.Read($"{i}.resized_rgb");
            Assert.Equal((expected.shape[0], expected.shape[1]), (picture.Height, picture.Width));
            Assert.Equal(expected.data<byte>().ToArray(), picture.Pixels);
        });
        (Tensor pixelValues, IReadOnlyList<GridThw> grids) = model.Patches(pictures);
        Compare("pixel_values", pixelValues, golden.Read("pixel_values"), PixelTolerance);
        Assert.Equal(VisionReference.Grids(golden, "image_grid_thw"), grids);
        TokenBatch expectedTokens = Qwen25VLReference.Batch(golden), tokens = model.Tokens(pictures);
        Assert.Equal((expectedTokens.Rows, expectedTokens.Length), (tokens.Rows, tokens.Length));
        Assert.All(Enumerable.Range(0, tokens.Rows), row =>
        {
            Assert.Equal(expectedTokens.Padded(row), tokens.Padded(row));
            Assert.Equal(expectedTokens.Columns(row), tokens.Columns(row));
        });
    });

    [Fact]
    public void Backward_EveryPlan_EmbeddingsLossAndGradientsAreTheReferences() => ForEach((reference, golden, model) =>
    {
        RgbImage[] pictures = reference.Pictures();
        foreach (ForwardPlan plan in new[] { model.Whole, model.Needed })
        {
            model.zero_grad();
            Tensor embeddings = model.Embed(pictures, plan);
            Tensor unit = nn.functional.normalize(embeddings, dim: 1);
            Tensor texts = nn.functional.normalize(golden.Read("text_emb"), dim: 1);
            embeddings.retain_grad();
            unit.retain_grad();
            Tensor loss = ContrastiveLosses.ImageToText(unit, texts, reference.Temperature);
            loss.backward();

            Compare("image_emb", embeddings, golden.Read("image_emb"), EmbeddingTolerance);
            Compare("image_emb_normalized", unit, golden.Read("image_emb_normalized"), UnitTolerance);
            Compare("logits", ContrastiveLosses.Logits(unit, texts, reference.Temperature), golden.Read("logits"), LogitTolerance);
            Compare("loss", loss, golden.Read("loss"), LossTolerance);
            CompareGradient("image_emb", embeddings, golden);
            CompareGradient("image_emb_normalized", unit, golden);
            foreach ((string name, Parameter parameter) in Trained(model, golden))
            {
                CompareGradient(name, parameter, golden);
            }
        }
    });

    [Fact]
    public void Update_SeveralSteps_LossesRatesNormsAndWeightsAreTheReferences() => ForEach((reference, golden, model) =>
    {
        RgbImage[] pictures = reference.Pictures();
        IReadOnlyList<LoggedStep> log = reference.Log;
        IReadOnlySet<int> stops = RelsimTrainReference.Stops(golden);
        Assert.NotEmpty(stops);
        Assert.InRange(stops.Max(), 1, log.Count);
        using var optimizer = new AdamW(model, reference.Optimizer);
        for (int step = 0; step < log.Count; step++)
        {
            double rate = reference.Schedule.RateAt(step);
            (double loss, double norm) = TakeStep(reference, golden, model, pictures, optimizer, rate);

            output.WriteLine($"step {step}: rate {rate}, loss {loss} of {log[step].Loss}, norm {norm} of {log[step].GradientNorm}");
            Assert.Equal(log[step].LearningRate, rate, 1e-12);
            Assert.Equal(log[step].Loss, loss, LossTolerance);
            Assert.Equal(log[step].GradientNorm, norm, GradientTolerance * log[step].GradientNorm);
            if (stops.Contains(step + 1))
            {
                CompareWeights($"after_step{step + 1}", model, golden);
            }
        }
    });

    [Fact]
    public void TakeStep_ManyTimes_LeavesNoTensorBehind() => ForEach((reference, golden, model) =>
    {
        RgbImage[] pictures = reference.Pictures();
        using var optimizer = new AdamW(model, reference.Optimizer);
        TakeStep(reference, golden, model, pictures, optimizer, reference.Schedule.LearningRate);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (int i = 0; i < 3; i++)
        {
            TakeStep(reference, golden, model, pictures, optimizer, reference.Schedule.LearningRate);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    });

    private static void ForEach(Action<RelsimTrainReference, SafetensorsFile, RelsimStep> check) => Assert.All(RelsimTrainReference.All(), reference =>
    {
        using DisposeScope scope = NewDisposeScope();
        using SafetensorsFile golden = reference.Open();
        using var model = new RelsimStep(reference.Start);
        check(reference, golden, model);
    });

    private static (double Loss, double Norm) TakeStep(
        RelsimTrainReference reference, SafetensorsFile golden, RelsimStep model, RgbImage[] pictures, AdamW optimizer, double rate)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = nn.functional.normalize(model.Embed(pictures, model.Needed), dim: 1);
        Tensor texts = nn.functional.normalize(golden.Read("text_emb"), dim: 1);
        Tensor loss = ContrastiveLosses.ImageToText(images, texts, reference.Temperature);
        loss.backward();
        return (loss.item<float>(), optimizer.Update(rate, reference.ClipNorm));
    }

    /// <summary>The parameters by the reference's names; there are no others.</summary>
    private static Dictionary<string, Parameter> Trained(RelsimStep model, SafetensorsFile golden)
    {
        Dictionary<string, Parameter> trained = model.named_parameters()
            .Where(named => named.parameter.requires_grad).ToDictionary(named => named.name, named => named.parameter);
        IReadOnlyDictionary<string, string> names = RelsimTrainReference.Trained(golden);
        Assert.Equal(trained.Keys.Order(StringComparer.Ordinal), names.Values.Order(StringComparer.Ordinal));
        return names.ToDictionary(name => name.Key, name => trained[name.Value]);
    }

    private void Compare(string name, Tensor actual, Tensor expected, double tolerance)
    {
        double difference = VisionReference.LargestDifference(actual, expected);
        output.WriteLine($"{name}: {difference:E1}");
        Assert.True(difference <= tolerance, $"{name} is off by {difference:E2}.");
    }

    private void CompareGradient(string name, Tensor of, SafetensorsFile golden)
    {
        Tensor expected = golden.Read($"grad.{name}");
        double difference = ((of.grad! - expected).norm() / expected.norm()).item<float>();
        output.WriteLine($"gradient of {name}: {difference:E1}");
        Assert.True(difference <= GradientTolerance, $"The gradient of {name} is off by {difference:E2} of its norm.");
    }

    private void CompareWeights(string when, RelsimStep model, SafetensorsFile golden)
    {
        foreach ((string name, Parameter parameter) in Trained(model, golden))
        {
            Tensor difference = (parameter.detach() - golden.Read($"{when}.{name}")).abs();
            Tensor small = golden.Read($"grad.{name}").abs().lt(SmallGradient);
            double clear = difference.masked_fill(small, 0).max().item<float>();
            double rounded = difference.max().item<float>();
            output.WriteLine($"{when} {name}: {clear:E1}, and {rounded:E1} among {small.sum().item<long>()} small gradients");
            Assert.True(clear <= WeightTolerance, $"{when} {name} is off by {clear:E2}.");
            Assert.True(rounded <= SmallGradientWeightTolerance, $"{when} {name} is off by {rounded:E2} where the gradient is small.");
        }
    }
}
