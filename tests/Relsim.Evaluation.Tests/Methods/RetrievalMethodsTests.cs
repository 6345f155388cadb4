using Relsim.Evaluation.Methods;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Hub;

namespace Relsim.Evaluation.Tests.Methods;

public sealed class RetrievalMethodsTests
{
    [Fact]
    public void Parse_TheDefault_NeedsNoWeightsBeyondTheProgramsOwn() =>
        Assert.Equal(["mini", "mini-attribute", "colour-histogram", "hog", "phash", "pixels"], Parse(RetrievalMethods.Default).Select(method => method.Name));

    [Fact]
    public void Parse_GroupsAndNamesOfOnesOwn_KeepTheirOrder() =>
        Assert.Equal(["again", "colour-histogram", "hog", "phash", "pixels", "mini"], Parse("again=mini:" + Torch.Encoders.MiniEncoder.DefaultFolder + ", untrained,mini").Select(method => method.Name));

    [Theory]
    [InlineData("", "No method")]
    [InlineData("hgo", "Known: relsim")]
    [InlineData("hog,hog", "comes twice")]
    [InlineData("untrained,HOG=hog:", "comes twice")]
    [InlineData("../x=mini:/tmp", "file")]
    [InlineData("hog=/tmp", "without a model")]
    [InlineData("lpips", "lpips=FOLDER")]
    [InlineData("dreamsim", "dreamsim=FOLDER")]
    [InlineData("mini=/there/is/none", "no such folder")]
    public void Parse_WhatCannotBe_SaysWhy(string methods, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Parse(methods)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("clip-i=nobody/has-this")]
    [InlineData("hog,relsim=nobody/has-this")]
    [InlineData("tuned=nobody/has-this")]
    [InlineData("clip-t=nobody/has-this")]
    public void Parse_AModelThatWasNotPulled_SaysHowToGetIt(string methods) =>
        Assert.Contains("relsim models pull nobody/has-this", Assert.Throws<HubException>(() => Parse(methods)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("lpips")]
    [InlineData("lpips-vgg")]
    [InlineData("dreamsim")]
    public void Parse_AFolderWithoutTheWeights_NamesAFile(string kind)
    {
        using var folder = new Torch.Tests.TemporaryFolder();
        Assert.Contains(folder.FullName, Assert.Throws<WeightsException>(() => Parse($"{kind}={folder.FullName}")).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<RetrievalMethod> Parse(string methods) => RetrievalMethods.Parse(methods, new MethodOptions());
}
