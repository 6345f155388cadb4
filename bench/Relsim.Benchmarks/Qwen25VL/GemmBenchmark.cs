using Relsim.Benchmarks.EndToEnd;

namespace Relsim.Benchmarks.Qwen25VL;

/// <summary>The products of matrices that Qwen2.5-VL-7B is made of, in bfloat16 and in bytes, and the memory's bandwidth. Best of five.</summary>
public static class GemmBenchmark
{
    private const double Giga = 1e9;

    private static readonly int[] FewRows = [1, 2, 4, 6, 8, 16];

    /// <summary>No arguments.</summary>
    public static void Run()
    {
        Report.Begin("Products of matrices", "gemm");
        (string Name, int Rows, int Inputs, int Outputs)[] shapes =
        [
            ("vision qkv", 1024, 1280, 3840), ("vision gate, up", 1024, 1280, 3420), ("vision down", 1024, 3420, 1280), ("text q, o", 276, 3584, 3584),
            ("text k, v", 276, 3584, 512), ("text gate, up", 276, 3584, 18944), ("text down", 276, 18944, 3584),
        ];
        Report.Table(
            ["10^9 operations a second", "M", "I", "O", "bf16", "int8 product", "int8 layer", "int8 layer, 1 % of channels apart"],
            shapes.Select(shape => (IReadOnlyList<string>)
            [
                shape.Name, $"{shape.Rows}", $"{shape.Inputs}", $"{shape.Outputs}", Rate(MachinePeak.BFloat16(shape.Rows, shape.Inputs, shape.Outputs)),
                Rate(MachinePeak.Int8(shape.Rows, shape.Inputs, shape.Outputs)), Rate(MachinePeak.Int8Layer(shape.Rows, shape.Inputs, shape.Outputs, 0)),
                Rate(MachinePeak.Int8Layer(shape.Rows, shape.Inputs, shape.Outputs, shape.Inputs / 100)),
            ]));
        Report.Line($"Memory: {Rate(MachinePeak.ReadBandwidth())} GB/s read.");
        Report.Line();
        Report.Table(
            ["ms, 3,584 to 18,944", "bf16", "int8 product", "int8 dots", "int8 portable", "best int8, GB/s of weights"],
            FewRows.Select(rows =>
            {
                (double half, double product, double dots, double portable) = MachinePeak.FewRows(rows, 3584, 18944);
                double best = double.IsNaN(product) ? dots : Math.Min(product, dots);
                return (IReadOnlyList<string>)
                    [$"{rows} rows", Milliseconds(half), Milliseconds(product), Milliseconds(dots), Milliseconds(portable), Report.Number(3584.0 * 18944 / best / Giga, "F1")];
            }));
    }

    private static string Rate(double value) => Report.Number(value / Giga, "F0");

    private static string Milliseconds(double seconds) => Report.Number(seconds * 1000);
}
