using System.Diagnostics;
using System.Globalization;
using Relsim.Benchmarks.EndToEnd;
using Relsim.Benchmarks.Qwen25VL;
using Relsim.Torch.Models;
using Relsim.Torch.Models.Clip;
using Relsim.Torch.Models.Dino;
using Relsim.Torch.Models.DinoV2;
using Relsim.Torch.Native;
using Relsim.Torch.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Relsim.Benchmarks.Vision;

/// <summary>
/// CLIP ViT-L/14, DINOv2 large and DINO ViT-B/16 of the published sizes with random weights on the CPU: images a second in both types, against the time that the
/// operations which an embedding needs would take at the machine's own peak, measured before and after each.
/// </summary>
public static class VisionBenchmark
{
    private const int Side = 224;
    private const double Giga = 1e9;

    private static readonly (string Name, int Layers, int Width, int Inner, int Patch, Func<VisionModel> Build)[] Models =
    [
        ("CLIP ViT-L/14", 24, 1024, 4096, 14, () => new ClipModel(ClipConfig.Parse(
            """
            { "model_type": "clip", "projection_dim": 768, "text_config": { "hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12 },
              "vision_config": { "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16, "patch_size": 14 } }
            """))),
        ("DINOv2 large", 24, 1024, 4096, 14, () => new DinoV2Model(DinoV2Config.Parse(
            """
            { "model_type": "dinov2", "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "mlp_ratio": 4, "hidden_act": "gelu", "layer_norm_eps": 1e-6,
              "image_size": 518, "patch_size": 14, "num_channels": 3, "qkv_bias": true, "use_swiglu_ffn": false }
            """))),
        ("DINO ViT-B/16", 12, 768, 3072, 16, () => new DinoModel(DinoConfig.Parse(
            """
            { "model_type": "vit", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu",
              "layer_norm_eps": 1e-12, "image_size": 224, "patch_size": 16, "num_channels": 3 }
            """))),
    ];

    /// <summary>Arguments: [rounds, default 5] [images in a batch, default 8].</summary>
    public static void Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        int images = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 8;
        TorchRuntime.EnsureLoaded();
        Report.Begin("Vision transformers, random weights", $"vision {string.Join(' ', args)}".TrimEnd());
        var rows = new List<IReadOnlyList<string>>();
        foreach ((string name, int layers, int width, int inner, int patch, Func<VisionModel> build) in Models)
        {
            double operations = Operations(layers, width, inner, patch);
            foreach (ScalarType type in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float32])
            {
                double before = MachinePeak.Product(type, 2048, width, inner);
                double seconds = Seconds(build, type, images, rounds) / images;
                double peak = Math.Max(before, MachinePeak.Product(type, 2048, width, inner));
                rows.Add(
                [
                    $"{name}, {(type == ScalarType.Float32 ? "f32" : "bf16")}", Report.Number(1 / seconds), Report.Number(operations / Giga, "F0"),
                    Report.Number(operations / seconds / Giga, "F0"), Report.Number(peak / Giga, "F0"), $"{Report.Number(100 * operations / seconds / peak, "F0")} %",
                ]);
            }
        }

        Report.Table(["batches of " + images.ToString(CultureInfo.InvariantCulture), "images a second", "GFLOP needed an image", "GFLOP/s", "of a product alone", "share"], rows);
    }

    /// <summary>Products that the class token of the last layer depends on: two operations a weight and token, and the attention's own.</summary>
    private static double Operations(int layers, double width, double inner, int patch)
    {
        double patches = Side / patch * (Side / patch);
        double tokens = patches + 1;
        double whole = (4 * width * width) + (2 * width * inner);
        double layer = 2 * tokens * (whole + (2 * tokens * width));
        double last = 2 * ((2 * tokens * width * width) + (whole - (2 * width * width)) + (2 * tokens * width));
        return (2 * patches * 3 * patch * patch * width) + ((layers - 1) * layer) + last;
    }

    private static double Seconds(Func<VisionModel> build, ScalarType type, int images, int rounds)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        using VisionModel model = build();
        Fill(model, type);
        Tensor pixelValues = randn(images, 3, Side, Side);
        List<double> seconds = [];
        for (int round = 0; round <= rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            model.call(pixelValues).Dispose();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Report.Median(seconds.Skip(1)); // the first warms up
    }

    private static void Fill(VisionModel model, ScalarType type)
    {
        using Scalar deviation = 0.02;
        foreach (WeightLayer layer in model.modules().OfType<WeightLayer>().Append(model).Distinct())
        {
            foreach ((string name, Parameter parameter) in layer.named_parameters(recurse: false).ToArray())
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor values = layer is LayerNormLayer or LayerScale ? ones(parameter.shape) : randn(parameter.shape).mul_(deviation);
                layer.Bind(name, values.to_type(type).DetachFromDisposeScope());
            }
        }
    }
}
