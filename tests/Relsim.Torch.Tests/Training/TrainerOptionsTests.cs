using CsCheck;
using Relsim.Torch.Training;

namespace Relsim.Torch.Tests.Training;

public sealed class TrainerOptionsTests
{
    private static readonly TrainerOptions Valid = new() { Output = "run" };

    public static TheoryData<string, TrainerOptions> Invalid => new()
    {
        { "Steps", Valid with { Steps = 0 } },
        { "LearningRate", Valid with { LearningRate = 0 } },
        { "LearningRate", Valid with { LearningRate = double.NaN } },
        { "LearningRate", Valid with { LearningRate = double.PositiveInfinity } },
        { "WarmupSteps", Valid with { WarmupSteps = -1 } },
        { "WeightDecay", Valid with { WeightDecay = -0.1 } },
        { "ClipNorm", Valid with { ClipNorm = 0 } },
        { "AverageDecay", Valid with { AverageDecay = 1 } },
        { "AverageDecay", Valid with { AverageDecay = -0.1 } },
        { "AverageDecay", Valid with { AverageDecay = double.NaN } },
        { "CheckpointEvery", Valid with { CheckpointEvery = 0 } },
        { "Patience", Valid with { Patience = 0 } },
    };

    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Null(Record.Exception(Valid.Validate));

    [Theory]
    [MemberData(nameof(Invalid), DisableDiscoveryEnumeration = true)]
    public void Validate_ValueOutOfRange_IsAnErrorThatNamesIt(string name, TrainerOptions options)
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);

        Assert.Equal(name, e.ParamName);
    }

    [Fact]
    public void Validate_NoOutput_IsAnError() =>
        Assert.Equal("Output", Assert.ThrowsAny<ArgumentException>((Valid with { Output = "" }).Validate).ParamName);

    [Theory]
    [InlineData("gpu", "'gpu'")]
    [InlineData("cuda:-1", "'cuda:-1'")]
    [InlineData("cuda:99", "cuda:99")]
    public void Validate_DeviceThatIsNotThere_IsAnErrorThatNamesIt(string device, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>((Valid with { Device = device }).Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void RateAt_WarmUp_RisesInEqualStepsToTheHighestRate()
    {
        TrainerOptions options = Valid with { LearningRate = 0.8, WarmupSteps = 4, Steps = 100 };

        Assert.Equal([0.2, 0.4, 0.6, 0.8, 0.8], Enumerable.Range(0, 5).Select(step => Math.Round(options.RateAt(step), 12)));
    }

    [Fact]
    public void RateAt_AfterWarmUp_FallsByHalfACosine()
    {
        TrainerOptions options = Valid with { LearningRate = 1, WarmupSteps = 10, Steps = 110 };

        Assert.Equal(0.5 * (1 + Math.Sqrt(0.5)), options.RateAt(35), 1e-12);
        Assert.Equal(0.5, options.RateAt(60), 1e-12);
        Assert.InRange(options.RateAt(109), 1e-9, 1e-3);
        Assert.Equal(0, options.RateAt(110), 1e-12);
        Assert.Equal(0, options.RateAt(500), 1e-12);
    }

    [Fact]
    public void RateAt_AnyStepOfAnyRun_IsPositiveAndNoHigherThanTheHighest() =>
        Gen.Select(Gen.Long[1, 10_000], Gen.Long[0, 300], Gen.Double[1e-5, 1e-1], Gen.Double[0, 1]).Sample((steps, warmup, rate, where) =>
        {
            TrainerOptions options = Valid with { Steps = steps, WarmupSteps = warmup, LearningRate = rate };
            double value = options.RateAt((long)(where * (steps - 1)));
            return value > 0 && value <= rate * (1 + 1e-12);
        });
}
