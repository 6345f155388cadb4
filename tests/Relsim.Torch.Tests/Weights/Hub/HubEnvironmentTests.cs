using Relsim.Torch.Weights.Hub;

namespace Relsim.Torch.Tests.Weights.Hub;

public sealed class HubEnvironmentTests
{
    [Theory]
    [InlineData("/home/u/.cache/huggingface/hub")]
    [InlineData("/x/huggingface/hub", "XDG_CACHE_HOME=/x")]
    [InlineData("/hf/hub", "HF_HOME=/hf", "XDG_CACHE_HOME=/x")]
    [InlineData("/home/u/hf/hub", "HF_HOME=~/hf")]
    [InlineData("/cache", "HF_HUB_CACHE=/cache", "HF_HOME=/hf")]
    [InlineData("/old", "HUGGINGFACE_HUB_CACHE=/old", "HF_HOME=/hf")]
    [InlineData("/hf/hub", "HF_HOME=/hf", "HF_HUB_CACHE=")]
    public void Read_CacheVariables_FollowPythonsOrder(string expected, params string[] variables) => Assert.Equal(expected, Read(variables).CacheFolder);

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("ON", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void Read_Offline_TakesPythonsTrueValues(string value, bool expected)
    {
        Assert.Equal(expected, Read($"HF_HUB_OFFLINE={value}").Offline);
        Assert.Equal(expected, Read($"HF_HUB_DISABLE_SYMLINKS={value}").CopyFiles);
    }

    [Fact]
    public void Read_Token_VariableThenFile()
    {
        using TemporaryFolder home = new();
        File.WriteAllText(home.File("token"), "hf_file\n");
        File.WriteAllText(home.File("other"), "hf_other");

        Assert.Equal("hf_file", Read($"HF_HOME={home.FullName}").Token);
        Assert.Equal("hf_other", Read($"HF_HOME={home.FullName}", $"HF_TOKEN_PATH={home.File("other")}").Token);
        Assert.Equal("hf_env", Read($"HF_HOME={home.FullName}", "HF_TOKEN= hf_env ").Token);
        Assert.Null(Read($"HF_HOME={home.FullName}", "HF_HUB_DISABLE_IMPLICIT_TOKEN=1").Token);
        Assert.Null(Read("HF_HOME=/nowhere").Token);
    }

    [Fact]
    public void Read_Endpoint_IsAnAddress()
    {
        Assert.Equal(ModelStoreOptions.PublicHub, Read().Endpoint);
        Assert.Equal(new Uri("http://mirror:81/hf"), Read("HF_ENDPOINT=http://mirror:81/hf").Endpoint);
        Assert.Contains("HF_ENDPOINT", Assert.Throws<HubException>(() => Read("HF_ENDPOINT=mirror")).Message, StringComparison.Ordinal);
    }

    private static ModelStoreOptions Read(params string[] variables)
    {
        Dictionary<string, string> values = variables.Append("HOME=/home/u").Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return HubEnvironment.Read(values.GetValueOrDefault);
    }
}
