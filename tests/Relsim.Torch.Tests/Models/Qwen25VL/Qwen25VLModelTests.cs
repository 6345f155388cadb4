using System.Text.Json.Nodes;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

[Trait("Kind", "Parity")]
public sealed class Qwen25VLModelTests(ITestOutputHelper output)
{
    // Of the reference folder's own description.
    private const double HiddenTolerance = 1e-4;
    private const double LogitTolerance = 2e-4;
    private const double LossTolerance = 1e-4;
    private const double GradientTolerance = 1e-3; // relative, of the norm

    // bfloat16 keeps 8 bits, so that what a layer adds is off by up to 0.4%, and layers add up. Measured on two checkpoints: 0.9% to 1.4%.
    private const double RoundedTolerance = 0.05;

    [Fact]
    public void HiddenStates_ReferenceCases_EveryStageIsTheReferences() => ForEveryCase((model, reference, name, file, call) =>
    {
        HashSet<string> seen = [];
        Tensor hidden = model.HiddenStates(call.Layout, call.Images, ForwardPlan.Full, observe: (layer, input) =>
        {
            if (seen.Add($"hidden_states.{layer}") && file.Tensors.ContainsKey($"hidden_states.{layer}"))
            {
                Compare($"{name} hidden_states.{layer}", input, call.Packed(file.Read($"hidden_states.{layer}")), HiddenTolerance);
            }
        });

        Compare($"{name} last_hidden_state", hidden, call.Packed(file.Read("last_hidden_state")), HiddenTolerance);
        Assert.All(file.Tensors.Keys.Where(key => key.StartsWith("hidden_states.", StringComparison.Ordinal)), key => Assert.Contains(key, seen));
    });

    [Fact]
    public void Logits_ReferenceCases_AreTheReferences() => ForEveryCase((model, reference, name, file, call) =>
    {
        Tensor logits = model.Logits(model.HiddenStates(call.Layout, call.Images, ForwardPlan.Full));
        string key = file.Tensors.Keys.Single(key => key is "logits" || key.StartsWith("logits_last", StringComparison.Ordinal));

        Tensor expected = file.Read(key); // the last columns, or all
        int first = call.Batch.Length - (int)expected.shape[1];
        Compare($"{name} {key}", logits.index_select(0, tensor(call.Places(first))), call.Packed(expected, first), LogitTolerance);
    });

    [Fact]
    public void HiddenStates_InBFloat16_AreNearTheReferencesInFloat32() => Assert.All(Qwen25VLReference.All(), reference =>
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Qwen25VLModel model = reference.Load(ScalarType.BFloat16);
        Assert.All(reference.Cases(), name =>
        {
            using SafetensorsFile file = reference.Open(name);
            using ReferenceCall call = ReferenceCall.Create(reference, name, file, model);
            Tensor expected = call.Packed(file.Read("last_hidden_state"));

            Tensor actual = model.HiddenStates(call.Layout, call.Images, ForwardPlan.Full);

            double difference = (actual.to_type(ScalarType.Float32) - expected).norm().item<float>() / expected.norm().item<float>();
            output.WriteLine($"{reference.Name} {name}: {difference:P2}");
            Assert.Equal(ScalarType.BFloat16, actual.dtype);
            Assert.InRange(difference, 0, RoundedTolerance);
        });
    });

    [Fact]
    public void Mean_ReferenceLabels_LossAndGradientsAreTheReferences() => Assert.All(Qwen25VLReference.All(), reference =>
    {
        string[] trained = [.. reference.Cases().Where(name =>
        {
            using SafetensorsFile file = reference.Open(name);
            return file.Tensors.ContainsKey("loss");
        })];
        Assert.NotEmpty(trained);
        Assert.All(trained, name => CompareGradients(reference, name));
    });

    private void CompareGradients(Qwen25VLReference reference, string name)
    {
        using var scope = NewDisposeScope();
        using Qwen25VLModel model = reference.Load();
        using SafetensorsFile file = reference.Open(name);
        using ReferenceCall call = ReferenceCall.Create(reference, name, file, null);
        foreach (Parameter parameter in model.parameters())
        {
            parameter.requires_grad = true;
        }

        Tensor images = call.Pixels is null ? zeros(0) : model.EmbedImages(call.Pixels, Qwen25VLReference.Images(file));
        Tensor hidden = model.HiddenStates(call.Layout, call.Pixels is null ? null : images, ForwardPlan.Full);
        Tensor loss = NextTokenLoss.Mean(model, hidden, call.Batch, VisionReference.Integers(file, "labels"));
        loss.backward();

        Compare($"{name} loss", loss, file.Read("loss"), LossTolerance);
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach (string key in file.Tensors.Keys.Where(key => key.StartsWith("grad.", StringComparison.Ordinal)))
        {
            Tensor expected = file.Read(key);
            Compare($"{name} {key}", parameters[key["grad.".Length..]].grad! / expected.norm(), expected / expected.norm(), GradientTolerance, norm: true);
        }

        foreach ((string key, JsonNode? value) in reference.CaseMeta(name)["grad_norms"]!.AsObject())
        {
            double norm = (double)value!;
            double actual = parameters[key].grad!.norm().item<float>();
            Assert.True(Math.Abs(actual - norm) <= (GradientTolerance * norm) + 1e-6, $"{name} gradient of {key}: norm {actual}, not {norm}.");
        }
    }

    private static void ForEveryCase(Action<Qwen25VLModel, Qwen25VLReference, string, SafetensorsFile, ReferenceCall> check) =>
        Assert.All(Qwen25VLReference.All(), reference =>
        {
            using var scope = NewDisposeScope();
            using IDisposable noGradient = no_grad();
            using Qwen25VLModel model = reference.Load();
            Assert.All(reference.Cases(), name =>
            {
                using var inner = NewDisposeScope();
                using SafetensorsFile file = reference.Open(name);
                using ReferenceCall call = ReferenceCall.Create(reference, name, file, model);
                check(model, reference, $"{reference.Name} {name}", file, call);
            });
        });

    private void Compare(string name, Tensor actual, Tensor expected, double tolerance, bool norm = false)
    {
        double difference = norm ? (actual - expected).norm().item<float>() : VisionReference.LargestDifference(actual, expected);
        output.WriteLine($"{name}: {difference:E1}");
        Assert.True(difference <= tolerance, $"{name} is off by {difference:E2}.");
    }
}
