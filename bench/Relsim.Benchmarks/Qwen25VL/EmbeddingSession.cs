using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Benchmarks.Qwen25VL;

/// <summary>A loaded model, one random image and a prompt as long as the published one's, to be embedded in full or only as far as the answer needs.</summary>
internal sealed class EmbeddingSession : IDisposable
{
    private const int QueryId = 151665;
    private const int BeforeImage = 15; // the system's turn, the start of the user's and of the image
    private const int AfterQuery = 5; // the end of the turn and the start of the answer's

    private readonly GridThw[] grids;
    private readonly Tensor pixels;
    private readonly TokenBatch batch;
    private readonly RopeIndex rope;
    private readonly ConstantPrefix prefix;

    public EmbeddingSession(Qwen25VLModel model, int size)
    {
        Model = model;
        Qwen25VLVisionConfig vision = model.Config.VisionConfig;
        int side = size / vision.PatchSize;
        grids = [new GridThw(1, side, side)];
        int[] before = [.. Enumerable.Range(100, BeforeImage - 1), model.Config.VisionStartTokenId];
        int[] image = [.. Enumerable.Repeat(model.Config.ImageTokenId, grids[0].Tokens(vision.SpatialMergeSize))];
        batch = TokenBatch.Of([[.. before, .. image, model.Config.VisionStartTokenId + 1, QueryId, .. Enumerable.Range(200, AfterQuery)]], paddingId: 0);
        rope = RopeIndex.Create(model.Config, batch, grids);
        using IDisposable noGradient = inference_mode();
        using IDisposable scope = NewDisposeScope();
        using Scalar range = 3.6, most = 1.8;
        pixels = rand([grids[0].Patches, 3 * vision.TemporalPatchSize * vision.PatchSize * vision.PatchSize], generator: new Generator(2)).mul_(range).sub_(most).DetachFromDisposeScope();
        prefix = ConstantPrefix.Create(model.Language, model.Config, before);
    }

    public Qwen25VLModel Model { get; }

    /// <summary>Operations of <see cref="EmbedInFull"/>.</summary>
    public double OperationsInFull => Qwen25VLCost.Vision(Model.Config.VisionConfig, grids[0])
        + Qwen25VLCost.Language(Model.Config, 0, batch.Length, lastPositionOnly: false) + Qwen25VLCost.Head(Model.Config, batch.Length);

    /// <summary>Operations that the embedding needs.</summary>
    public double OperationsNeeded => Qwen25VLCost.Vision(Model.Config.VisionConfig, grids[0])
        + Qwen25VLCost.Language(Model.Config, prefix.Length, batch.Length - prefix.Length - AfterQuery, lastPositionOnly: true);

    /// <summary>The model of a folder or of a file in bytes; of its first layers alone where a number is given.</summary>
    public static Qwen25VLModel Load(TensorSource source, string config, int? layers = null)
    {
        Qwen25VLConfig shape = Qwen25VLConfig.Read(config);
        int text = Math.Min(layers ?? int.MaxValue, shape.NumHiddenLayers), vision = Math.Min(layers ?? int.MaxValue, shape.VisionConfig.Depth);
        var model = new Qwen25VLModel(shape with { NumHiddenLayers = text, VisionConfig = shape.VisionConfig with { Depth = vision } });
        var options = new WeightLoadOptions { Rename = name => LayerOf(name, "model.layers.") < text && LayerOf(name, "visual.blocks.") < vision ? name : null };
        Int8Checkpoint.Bind(model, source, options: options);
        model.eval();
        return model;
    }

    /// <summary>The query token's hidden state [D] in float32, everything computed as the reference does.</summary>
    public float[] EmbedInFull()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = inference_mode();
        using SequenceLayout layout = SequenceLayout.Create(Model.Config, batch, rope, ForwardPlan.Full);
        Tensor hidden = Model.HiddenStates(layout, Model.EmbedImages(pixels, grids), ForwardPlan.Full); // [N, D]
        Model.Logits(hidden);
        return hidden.narrow(0, batch.Length - AfterQuery - 1, 1).to_type(ScalarType.Float32).data<float>().ToArray();
    }

    /// <summary>The same, no more computed than the answer needs.</summary>
    public float[] Embed() => Embed(null);

    /// <summary>The same; <paramref name="after"/> is shown the hidden state [1, D] too.</summary>
    public float[] Embed(Action<Tensor>? after)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = inference_mode();
        var plan = new ForwardPlan { Prefix = prefix, StopAfter = QueryId, LastPositionOnly = true };
        using SequenceLayout layout = SequenceLayout.Create(Model.Config, batch, rope, plan);
        Tensor hidden = Model.HiddenStates(layout, Model.EmbedImages(pixels, grids), plan); // [1, D]
        after?.Invoke(hidden);
        return hidden.to_type(ScalarType.Float32).data<float>().ToArray();
    }

    /// <summary>
    /// What is left out of the language model's work, one thing after the other: each step's name, and the work itself on an image that the tower has seen.
    /// </summary>
    public IReadOnlyList<(string Name, Action Work)> Steps(Tensor images)
    {
        var stopped = new ForwardPlan { StopAfter = QueryId };
        var last = stopped with { LastPositionOnly = true };
        return
        [
            ("everything, with the head's logits", () => Read(images, ForwardPlan.Full, head: true)),
            ("no logits", () => Read(images, ForwardPlan.Full)),
            ("nothing after the query token", () => Read(images, stopped)),
            ("in the last layer that token alone", () => Read(images, last)),
            ("the prompt's beginning once", () => Read(images, last with { Prefix = prefix })),
        ];
    }

    /// <summary>The tokens [I, D] of the image; the caller disposes them.</summary>
    public Tensor EmbedImage()
    {
        using IDisposable noGradient = inference_mode();
        return Model.EmbedImages(pixels, grids);
    }

    private void Read(Tensor images, ForwardPlan plan, bool head = false)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = inference_mode();
        using SequenceLayout layout = SequenceLayout.Create(Model.Config, batch, rope, plan);
        Tensor hidden = Model.HiddenStates(layout, images, plan);                    // [M, D]
        if (head)
        {
            Model.Logits(hidden);
        }
    }

    /// <summary>The most likely tokens after a text prompt, one after the other; <paramref name="onToken"/> is called after each.</summary>
    public static void Generate(Qwen25VLModel model, int promptTokens, int newTokens, Action onToken)
    {
        using IDisposable noGradient = inference_mode();
        Qwen25VLConfig config = model.Config;
        using var cache = new KeyValueCache(config, 1, promptTokens + newTokens);
        TokenBatch batch = TokenBatch.Of([[.. Enumerable.Range(100, promptTokens)]], paddingId: 0);
        SequenceLayout layout = SequenceLayout.Create(config, batch, RopeIndex.Create(config, batch, []), ForwardPlan.Full);
        for (int i = 0; i < newTokens; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            var plan = new ForwardPlan { LastPositionOnly = true };
            long token = model.Logits(model.HiddenStates(layout, null, plan, cache)).argmax().item<long>();
            layout.Dispose();
            onToken();
            layout = SequenceLayout.Step(config, [(0, promptTokens + i, Math.Min(token, 150_000), promptTokens + i)]);
        }

        layout.Dispose();
    }

    public void Dispose()
    {
        pixels.Dispose();
        prefix.Dispose();
        Model.Dispose();
    }

    private static int LayerOf(string name, string stem) =>
        name.StartsWith(stem, StringComparison.Ordinal) ? int.Parse(name[stem.Length..].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture) : -1;
}
