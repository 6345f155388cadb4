using Relsim.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

public sealed class AdamWTests
{
    private const double Unclipped = 1e9;

    [Fact]
    public void Update_Quadratic_FollowsThePaperInDoublePrecision()
    {
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        double[] values = model.Values, average = model.Values, first = new double[7], second = new double[7];

        for (int step = 1; step <= 30; step++)
        {
            double rate = 0.1 / step;
            Step(model, optimizer, rate, Unclipped);
            double decay = Math.Min(0.9, (1.0 + step) / (10.0 + step));
            for (int i = 0; i < values.Length; i++)
            {
                double gradient = Quadratic.Curvature[i] * values[i];
                first[i] = (0.9 * first[i]) + (0.1 * gradient);
                second[i] = (0.98 * second[i]) + (0.02 * gradient * gradient);
                double move = first[i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(second[i] / (1 - Math.Pow(0.98, step))) + 1e-8);
                bool decays = i < 4; // the matrix; the vector has no weight decay
                values[i] = (values[i] * (decays ? 1 - (rate * 0.1) : 1)) - (rate * move);
                average[i] = (decay * average[i]) + ((1 - decay) * values[i]);
            }
        }

        AssertClose(values, model.Values);
        optimizer.SwapAverage();
        AssertClose(average, model.Values);
        Assert.Equal(30, optimizer.Step);
    }

    [Fact]
    public void Update_OtherConstantsAndNoAverage_FollowsThePaperInDoublePrecision()
    {
        var options = new AdamWOptions { WeightDecay = 0.2, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-3, DecayVectors = true };
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, options);
        double[] values = model.Values, first = new double[values.Length], second = new double[values.Length];

        for (int step = 1; step <= 30; step++)
        {
            double rate = 0.1 / step;
            Step(model, optimizer, rate, Unclipped);
            for (int i = 0; i < values.Length; i++)
            {
                double gradient = Quadratic.Curvature[i] * values[i];
                first[i] = (options.Beta1 * first[i]) + ((1 - options.Beta1) * gradient);
                second[i] = (options.Beta2 * second[i]) + ((1 - options.Beta2) * gradient * gradient);
                double root = Math.Sqrt(second[i] / (1 - Math.Pow(options.Beta2, step)));
                double move = first[i] / (1 - Math.Pow(options.Beta1, step)) / (root + options.Epsilon);
                values[i] = (values[i] * (1 - (rate * options.WeightDecay))) - (rate * move);
            }
        }

        AssertClose(values, model.Values);
        Assert.DoesNotContain(optimizer.State, state => state.Name.StartsWith("average.", StringComparison.Ordinal));
        optimizer.SwapAverage();
        AssertClose(values, model.Values);
    }

    [Fact]
    public void Update_FrozenParameter_IsLeftAloneAndTakesNoState()
    {
        using var model = new Quadratic();
        model.get_parameter("matrix")!.requires_grad = false;
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.5, AverageDecay = 0.9 });
        double[] before = model.Values;

        Step(model, optimizer, 0.1, Unclipped);

        Assert.Equal(before[..4], model.Values[..4]);
        Assert.All(before[4..].Zip(model.Values[4..]), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.DoesNotContain(optimizer.State, state => state.Name.EndsWith("matrix", StringComparison.Ordinal));
    }

    [Fact]
    public void Update_NoGradient_ShrinksMatricesAlone()
    {
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.5, AverageDecay = 0.9 });
        double[] before = model.Values;

        Step(model, optimizer, 0.1, Unclipped, scale: 0);

        AssertClose([.. before.Select((value, i) => i < 4 ? value * 0.95 : value)], model.Values);
    }

    [Fact]
    public void Update_GradientLongerThanTheClip_IsScaledToItAndItsLengthIsReported()
    {
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0, AverageDecay = 0.9 });
        double[] gradient = [.. model.Values.Zip(Quadratic.Curvature, (value, curvature) => value * curvature * 100)];
        double length = Math.Sqrt(gradient.Sum(g => g * g));

        double reported = Step(model, optimizer, 0.1, clipNorm: 0.5, scale: 100);

        Assert.Equal(length, reported, length * 1e-5);
        using Tensor moment = optimizer.State.Single(state => state.Name == "first.matrix").Value.detach().clone();
        AssertClose([.. gradient.Take(4).Select(g => 0.1 * g * 0.5 / length)], [.. moment.data<float>().ToArray().Select(x => (double)x)]);
    }

    [Fact]
    public void Update_GradientShorterThanTheClip_IsLeftAlone()
    {
        using var clipped = new Quadratic();
        using var free = new Quadratic();
        using var one = new AdamW(clipped, new AdamWOptions { WeightDecay = 0, AverageDecay = 0.9 });
        using var other = new AdamW(free, new AdamWOptions { WeightDecay = 0, AverageDecay = 0.9 });

        Step(clipped, one, 0.1, clipNorm: 1000);
        Step(free, other, 0.1, Unclipped);

        Assert.Equal(free.Values, clipped.Values);
    }

    [Fact]
    public void Update_Always_ForgetsTheGradient()
    {
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0, AverageDecay = 0.9 });

        Step(model, optimizer, 0.1, Unclipped);

        using Tensor gradient = model.get_parameter("matrix")!.grad!;
        Assert.All(gradient.data<float>().ToArray(), g => Assert.Equal(0f, g));
    }

    [Fact]
    public void SwapAverage_Twice_RestoresWeightsAndBuffers()
    {
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0, AverageDecay = 0.5 });
        model.SetStatistic(8);
        Step(model, optimizer, 0.1, Unclipped);
        double[] before = model.Values;

        optimizer.SwapAverage();
        double[] averaged = model.Values;
        Assert.Equal(8 * (1 - (2.0 / 11)), model.Statistic, 1e-5); // the first step keeps 2/11 of the start, which was 0
        optimizer.SwapAverage();

        Assert.NotEqual(before, averaged);
        Assert.Equal(before, model.Values);
        Assert.Equal(8, model.Statistic);
    }

    [Fact]
    public void Update_ManyTimes_LeavesNoTensorAlive()
    {
        using var model = new Quadratic();
        using var optimizer = new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 });
        Step(model, optimizer, 0.1, Unclipped);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (int i = 0; i < 10; i++)
        {
            Step(model, optimizer, 0.1, Unclipped);
            optimizer.SwapAverage();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Dispose_FreshOptimizer_LeavesNoTensorAlive()
    {
        using var model = new Quadratic();
        new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 }).Dispose();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        new AdamW(model, new AdamWOptions { WeightDecay = 0.1, AverageDecay = 0.9 }).Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private static double Step(Quadratic model, AdamW optimizer, double rate, double clipNorm, float scale = 1)
    {
        using Tensor loss = model.Loss(scale);
        loss.backward();
        return optimizer.Update(rate, clipNorm);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5 * (1 + Math.Abs(expected[i])));
        }
    }
}
