using System.Text.Json;
using Relsim.Torch.Encoders;
using Relsim.Torch.Tests.Models;
using Relsim.Torch.Tests.Weights.Pickle;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Encoders;

/// <summary>A tuned CLIP or DINO of random weights, as the paper's ablation is kept: base folder, adapter folder with its projection.</summary>
internal sealed class TunedFolder : IDisposable
{
    public const int Width = 24;

    private const int Rank = 3;
    private const double Alpha = 6;

    private readonly TemporaryFolder adapter = new();
    private readonly Dictionary<string, (float[] A, float[] B, long Inputs, long Outputs)> factors = new(StringComparer.Ordinal);
    private readonly float[] weight;
    private readonly float[] bias;

    /// <param name="type">The base's model_type.</param>
    /// <param name="root">What the base's names lose where the adapter was made on a part: "vision_model." of CLIP's.</param>
    /// <param name="infix">".default" in the keys of a state that PEFT did not save itself.</param>
    public TunedFolder(string type, string root = "", string infix = "")
    {
        Base = new TinyVisionFolder(type);
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(11);
        string[] targets = type == "clip" ? ["q_proj", "v_proj", "fc1"] : ["query", "value", "output.dense"];
        Dictionary<string, Tensor> adapted = [];
        foreach ((string name, Tensor tensor) in TinyVisionFolder.Weights(type, 1).Where(weight => weight.Key.StartsWith(root, StringComparison.Ordinal)
            && targets.Any(target => weight.Key.EndsWith($".{target}.weight", StringComparison.Ordinal))))
        {
            Tensor a = randn([Rank, tensor.shape[1]], generator: generator) * 0.3;
            Tensor b = randn([tensor.shape[0], Rank], generator: generator) * 0.3;
            string path = name[root.Length..^".weight".Length];
            (adapted[$"base_model.model.{path}.lora_A{infix}.weight"], adapted[$"base_model.model.{path}.lora_B{infix}.weight"]) = (a, b);
            factors[name] = ([.. a.data<float>()], [.. b.data<float>()], tensor.shape[1], tensor.shape[0]);
        }

        SafetensorsWriter.Write(File(LoraAdapter.WeightsName), adapted, null, ScalarType.Float32);
        Write(LoraAdapter.ConfigName, JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["peft_type"] = "LORA",
            ["r"] = Rank,
            ["lora_alpha"] = Alpha,
            ["target_modules"] = targets,
            ["base_model_name_or_path"] = Base.FullName,
            ["bias"] = "none",
        }));
        Features = type == "clip" ? 20 : 24;
        weight = [.. randn([Width, Features], generator: generator).data<float>()];
        bias = [.. randn([Width], generator: generator).data<float>()];
        WriteProjection(Features);
    }

    public TinyVisionFolder Base { get; }

    public int Features { get; }

    public string FullName => adapter.FullName;

    public string File(string name) => adapter.File(name);

    public void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text);

    /// <summary>projection_and_config.pt for so many features, with the notes that training leaves and no query token.</summary>
    public void WriteProjection(int features)
    {
        float[] values = features == Features ? weight : new float[Width * features];
        byte[] pickle = new PickleBytes().Op('}').Text("projection").Op('}').Op('(')
            .Text("weight").Tensor("FloatStorage", "0", values.Length, 0, [Width, features], [features, 1])
            .Text("bias").Tensor("FloatStorage", "1", Width, 0, [Width], [1]).Op('u').Op('s').Text("epoch").Integer(3).Op('s').Stop();
        System.IO.File.WriteAllBytes(File(ProjectionFile.FileName), TorchFiles.Zip(pickle, ("0", Bytes(values)), ("1", Bytes(bias))));
    }

    /// <summary>The same model by other means: W + (alpha / r) B A summed by hand into a folder of its own, and the projection of what that gives, in float64.</summary>
    public double[][] Expected(IReadOnlyList<Relsim.Imaging.RgbImage> images)
    {
        using DisposeScope scope = NewDisposeScope();
        using var merged = new TinyVisionFolder(Base.ModelType);
        Dictionary<string, Tensor> weights = TinyVisionFolder.Weights(Base.ModelType, 1);
        foreach ((string name, (float[] a, float[] b, long inputs, long outputs)) in factors)
        {
            float[] sum = [.. weights[name].data<float>()];
            for (int i = 0; i < sum.Length; i++)
            {
                (long row, long column) = (i / inputs, i % inputs);
                sum[i] += (float)(Alpha / Rank * Enumerable.Range(0, Rank).Sum(k => (double)b[(row * Rank) + k] * a[(k * inputs) + column]));
            }

            weights[name] = tensor(sum, [outputs, inputs]);
        }

        merged.Save(weights);
        using VisionCheckpoint checkpoint = VisionCheckpoint.Load(new ModelFolders(merged.FullName, null, null), new EncoderOptions { DType = WeightType.F32 });
        using IDisposable inference = inference_mode();
        float[][] features = [.. checkpoint.Features(images).data<float>().ToArray().Chunk(Features)];
        return [.. features.Select(row =>
        {
            double[] projected = [.. Enumerable.Range(0, Width).Select(i => bias[i] + row.Select((value, j) => (double)value * weight[(i * Features) + j]).Sum())];
            double norm = Math.Sqrt(projected.Sum(value => value * value));
            return projected.Select(value => value / norm).ToArray();
        })];
    }

    public void Dispose()
    {
        Base.Dispose();
        adapter.Dispose();
    }

    private static byte[] Bytes(float[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}
