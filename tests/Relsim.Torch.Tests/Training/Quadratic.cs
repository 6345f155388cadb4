using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

/// <summary>The smallest thing that can be trained: a matrix, a vector, and a buffer that follows the steps.</summary>
internal sealed class Quadratic : nn.Module
{
    private readonly Parameter matrix;
    private readonly Parameter vector;
    private readonly Tensor statistic;

    public Quadratic()
        : base(nameof(Quadratic))
    {
        matrix = nn.Parameter(tensor(new float[,] { { 1f, -2f }, { 0.5f, 3f } }));
        vector = nn.Parameter(tensor([2f, -1f, 0.25f]));
        statistic = tensor([0f]);
        register_parameter("matrix", matrix);
        register_parameter("vector", vector);
        register_buffer("statistic", statistic);
    }

    public static double[] Curvature { get; } = [1, 0.3, 2, 0.7, 1.5, 0.1, 4];

    /// <summary>All seven numbers, the matrix first.</summary>
    public double[] Values => [.. Read(matrix), .. Read(vector)];

    public double Statistic => Read(statistic)[0];

    /// <summary>Half the sum of curvature times square, times <paramref name="scale"/>.</summary>
    public Tensor Loss(float scale = 1)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weights = tensor(Curvature.Select(c => (float)c).ToArray());
        Tensor all = cat([matrix.flatten(), vector]);
        return (scale * 0.5f * (weights * all.square()).sum()).MoveToOuterDisposeScope();
    }

    public void SetStatistic(float value)
    {
        using IDisposable frozen = no_grad();
        statistic.fill_(value);
    }

    private static double[] Read(Tensor tensor)
    {
        using Tensor held = tensor.detach().clone();
        return [.. held.data<float>().ToArray().Select(x => (double)x)];
    }
}
