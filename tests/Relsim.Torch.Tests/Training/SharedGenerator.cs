namespace Relsim.Torch.Tests.Training;

/// <summary>Tests that need torch's random numbers in a fixed order: the generator belongs to the process, so they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SharedGenerator
{
    public const string Name = "Shared generator";
}
