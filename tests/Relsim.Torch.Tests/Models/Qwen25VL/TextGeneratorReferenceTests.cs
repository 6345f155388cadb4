using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

[Trait("Kind", "Parity")]
public sealed partial class TextGeneratorReferenceTests(ITestOutputHelper output)
{
    private const double LogitTolerance = 2e-4; // of the reference folder's own description
    private const string Suffix = "_new_tokens";

    [Fact]
    public void Generate_ReferencePrompts_TokensAreTheReferences() => ForEveryCase((call, generate) =>
    {
        foreach (string key in call.File.Tensors.Keys.Where(key => key.EndsWith(Suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            int[][] expected = Rows(call.File, key);
            int limit = Rows(call.File, $"greedy{Suffix}")[0].Length; // that of every kind, which a stop token may fall short of
            GenerationOptions options = Options(key[..^Suffix.Length], call.Reference.CaseMeta(call.Name)) with { MaxNewTokens = limit };

            IReadOnlyList<GeneratedText> texts = generate(options, null);

            Assert.Equal(expected, GeneratedText.Padded(texts, call.Reference.PaddingId));
        }
    });

    [Fact]
    public void Generate_ReferencePrompts_LogitsOfEveryStepAreTheReferences() => ForEveryCase((call, generate) =>
    {
        Tensor expected = call.File.Read("greedy_logits");
        double worst = 0;
        int steps = 0;

        generate(new GenerationOptions { MaxNewTokens = (int)expected.shape[1] }, (step, logits) =>
        {
            worst = Math.Max(worst, VisionReference.LargestDifference(logits, expected.select(1, step)));
            steps++;
        });

        output.WriteLine($"{call.Reference.Name} {call.Name}: {worst:E1}");
        Assert.Equal(expected.shape[1], steps);
        Assert.InRange(worst, 0, LogitTolerance);
    });

    [Fact]
    public void Read_ReferenceCheckpoints_TakesTheStopTokensAndThePenalty() => Assert.All(ReferenceFolder.Files("generation_config.json"), path =>
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();

        var options = GenerationOptions.Read(path);

        Assert.Equal(json["eos_token_id"] is JsonArray many ? many.Select(id => (int)id!) : [(int)json["eos_token_id"]!], options.StopTokens);
        Assert.Equal((double?)json["repetition_penalty"] ?? 1, options.RepetitionPenalty);
        Assert.Equal((double?)json["temperature"] ?? 1, options.Temperature);
        Assert.Equal((bool?)json["do_sample"] ?? false, options.Sample);
    });

    private static void ForEveryCase(Action<Case, Func<GenerationOptions, Action<int, Tensor>?, IReadOnlyList<GeneratedText>>> check) =>
        Assert.All(Qwen25VLReference.All(), reference =>
        {
            using var scope = NewDisposeScope();
            using Qwen25VLModel model = reference.Load();
            var generator = new TextGenerator(model);
            int cases = 0;
            foreach (string name in reference.Cases())
            {
                using var inner = NewDisposeScope();
                using SafetensorsFile file = reference.Open(name);
                if (!file.Tensors.ContainsKey("greedy_logits"))
                {
                    continue;
                }

                using ReferenceCall call = ReferenceCall.Create(reference, name, file, model);
                check(new Case(reference, name, file), (options, observe) =>
                    generator.Generate(call.Batch, Qwen25VLReference.Images(file), call.Images, options, observe: observe));
                cases++;
            }

            Assert.NotEqual(0, cases);
        });

    /// <summary>The settings that a golden's name stands for.</summary>
    private static GenerationOptions Options(string kind, JsonNode meta) => kind switch
    {
        "greedy" => new GenerationOptions(),
        "greedy_eos" => new GenerationOptions { StopTokens = [(int)meta["greedy_eos_id"]!] },
        _ when Penalty().Match(kind) is { Success: true } match => new GenerationOptions
        {
            RepetitionPenalty = double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            PenalizePadding = true,
        },
        _ => throw new InvalidDataException($"The reference has a generation '{kind}' that this test does not know."),
    };

    private static int[][] Rows(SafetensorsFile file, string name) =>
        [.. VisionReference.Integers(file, name).Select(id => (int)id).Chunk((int)file.Tensors[name].Shape[1])];

    [GeneratedRegex(@"^greedy_rp([\d.]+)$")]
    private static partial Regex Penalty();

    private sealed record Case(Qwen25VLReference Reference, string Name, SafetensorsFile File);
}
