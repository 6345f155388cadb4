using Relsim.Datasets;

namespace Relsim.Tests.Datasets;

public sealed class AnonymityCheckTests
{
    [Theory]
    [InlineData("The transformation of {Subject} over time.")]
    [InlineData("Curious {Animal} peering out from behind a {Object}.")]
    [InlineData("A {Cat} peeking out from behind a {Door} with curious eyes.")]
    [InlineData("Several {objects} of one kind, one of them turned")]
    public void Inspect_AnonymousCaption_FindsNothing(string caption) => Assert.Empty(AnonymityCheck.Default.Inspect(caption));

    [Theory]
    [InlineData("A banana ripening over {Time}.", "banana")]
    [InlineData("{Subject} beside two Polar Bears", "Polar Bears")]
    [InlineData("{Subject} made of cherries", "cherries")]
    [InlineData("A cat's {Part}", "cat's")]
    [InlineData("A dog-like {Object}", "dog")]
    [InlineData("{Subject} among leaves", "leaves")]
    public void Inspect_ConcreteNoun_NamesIt(string caption, string noun) =>
        Assert.Equal(new AnonymityFinding(AnonymityProblem.LeakedNoun, noun), Assert.Single(AnonymityCheck.Default.Inspect(caption)));

    [Theory]
    [InlineData("", AnonymityProblem.Empty)]
    [InlineData("Something changes over time.", AnonymityProblem.NoPlaceholder)]
    [InlineData("{Subject} and {Object", AnonymityProblem.BrokenPlaceholder)]
    [InlineData("{Subject}} turned", AnonymityProblem.BrokenPlaceholder)]
    public void Inspect_FaultyCaption_SaysWhat(string caption, AnonymityProblem problem) =>
        Assert.Equal(problem, Assert.Single(AnonymityCheck.Default.Inspect(caption)).Problem);

    [Fact]
    public void WithFile_AddsAndRemoves()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "astrolabe traffic-cone # ours\n-banana\n");
            AnonymityCheck check = AnonymityCheck.Default.WithFile(path);

            Assert.Equal("astrolabes", Assert.Single(check.Inspect("{Subject} with astrolabes")).Text);
            Assert.Equal("traffic cone", Assert.Single(check.Inspect("{Subject} on a traffic cone")).Text);
            Assert.Empty(check.Inspect("{Subject} as a banana"));
            Assert.NotEmpty(AnonymityCheck.Default.Inspect("{Subject} as a banana"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
