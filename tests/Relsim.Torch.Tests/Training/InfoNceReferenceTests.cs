using System.Text.Json.Nodes;
using Relsim.Torch.Tests.Models.Qwen25VL;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

[Trait("Kind", "Parity")]
public sealed class InfoNceReferenceTests(ITestOutputHelper output)
{
    // Of the reference folder's own description.
    private const double LossTolerance = 1e-4;
    private const double GradientTolerance = 1e-3; // relative, of the norm
    private const double DoubleTolerance = 1e-9; // both sides in double precision

    [Fact]
    public void ImageToText_ReferenceEmbeddings_LossAndGradientAreTheReferences() => ForEveryFile((file, temperature) =>
    {
        (Tensor loss, Tensor gradient) = Run(file, temperature, ScalarType.Float32);

        CompareLoss(loss, file.Read("loss"), LossTolerance);
        CompareLoss(loss, file.Read("loss_f64"), LossTolerance);
        CompareGradient(gradient, file.Read("grad.image_emb"), GradientTolerance);
        CompareGradient(gradient, file.Read("grad.image_emb_f64"), GradientTolerance);
    });

    [Fact]
    public void ImageToText_InDoublePrecision_IsTheReferencesInDoublePrecision() => ForEveryFile((file, temperature) =>
    {
        (Tensor loss, Tensor gradient) = Run(file, temperature, ScalarType.Float64);

        CompareLoss(loss, file.Read("loss_f64"), DoubleTolerance);
        CompareGradient(gradient, file.Read("grad.image_emb_f64"), DoubleTolerance);
    });

    private static void ForEveryFile(Action<SafetensorsFile, double> check) => Assert.All(ReferenceFolder.Files("infonce.safetensors"), path =>
    {
        using DisposeScope scope = NewDisposeScope();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        JsonNode meta = JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "meta.json")))!;
        check(file, (double)meta["train"]!["temperature"]!);
    });

    private static (Tensor Loss, Tensor Gradient) Run(SafetensorsFile file, double temperature, ScalarType type)
    {
        Tensor images = file.Read("image_emb").to_type(type, copy: true).requires_grad_();
        Tensor texts = nn.functional.normalize(file.Read("text_emb").to_type(type), dim: 1);
        Tensor loss = ContrastiveLosses.ImageToText(nn.functional.normalize(images, dim: 1), texts, temperature);
        loss.backward();
        return (loss, images.grad!);
    }

    private void CompareLoss(Tensor actual, Tensor expected, double tolerance)
    {
        double difference = VisionReference.LargestDifference(actual, expected);
        output.WriteLine($"loss: {difference:E1}");
        Assert.True(difference <= tolerance, $"The loss is off by {difference:E2}.");
    }

    private void CompareGradient(Tensor actual, Tensor expected, double tolerance)
    {
        Tensor wanted = expected.to_type(ScalarType.Float64);
        double difference = ((actual.to_type(ScalarType.Float64) - wanted).norm() / wanted.norm()).item<double>();
        output.WriteLine($"gradient: {difference:E1}");
        Assert.True(difference <= tolerance, $"The gradient is off by {difference:E2} of its norm.");
    }
}
