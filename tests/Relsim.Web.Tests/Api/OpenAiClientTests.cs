using System.ClientModel;
using System.Net;
using OpenAI;
using OpenAI.Embeddings;
using Relsim.Torch.Encoders;

namespace Relsim.Web.Tests.Api;

/// <summary><c>/v1/embeddings</c>, asked by OpenAI's own client.</summary>
public sealed class OpenAiClientTests(SharedServer shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task GenerateEmbedding_Text_IsTheModelsOwn()
    {
        const string text = "stages of something growing";

        OpenAIEmbedding embedding = await Client("relational").GenerateEmbeddingAsync(text, cancellationToken: Token);

        AssertClose(Server.Session.Model.Encoder.EmbedTexts([text])[0], embedding.ToFloats().Span);
    }

    [Fact]
    public async Task GenerateEmbeddings_TextsAndPictures_KeepTheirOrder()
    {
        RelationalEncoder encoder = Server.Session.Model.Encoder;
        string[] files = [.. shared.Gallery.Files.Take(2)];
        string[] uris = [.. files.Select(file => Gallery.DataUri(File.ReadAllBytes(file)))];

        OpenAIEmbeddingCollection embeddings = await Client(encoder.ModelId).GenerateEmbeddingsAsync([uris[0], "a path through order", uris[1]], cancellationToken: Token);

        Assert.Equal(encoder.ModelId, embeddings.Model);
        Assert.Equal(2 + 4, embeddings.Usage.TotalTokenCount);
        AssertClose(encoder.EmbedFile(files[0]).Relational, embeddings[0].ToFloats().Span);
        AssertClose(encoder.EmbedTexts(["a path through order"])[0], embeddings[1].ToFloats().Span);
        AssertClose(encoder.EmbedFile(files[1]).Relational, embeddings[2].ToFloats().Span);
    }

    [Fact]
    public async Task GenerateEmbedding_AttributeModel_GivesLooks()
    {
        string file = shared.Gallery.Files[3];

        OpenAIEmbedding embedding = await Client("attribute").GenerateEmbeddingAsync(Gallery.DataUri(File.ReadAllBytes(file)), cancellationToken: Token);

        AssertClose(Server.Session.Model.Encoder.EmbedFile(file).Attribute, embedding.ToFloats().Span);
    }

    [Fact]
    public async Task GenerateEmbedding_UnknownModel_IsAnErrorThatNamesThose()
    {
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(() => Client("text-embedding-3-large").GenerateEmbeddingAsync("words", cancellationToken: Token));

        Assert.Equal((int)HttpStatusCode.NotFound, error.Status);
        Assert.Contains("relational", error.GetRawResponse()!.Content.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embeddings_FloatAndBase64_AreTheSameNumbers()
    {
        float[] numbers = (await Server.PostAsync("/v1/embeddings", new { input = "words", encoding_format = "float" }))
            .GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray();
        string[] list = ["words"];
        byte[] bytes = (await Server.PostAsync("/v1/embeddings", new { input = list, encoding_format = "base64" }))
            .GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();

        Assert.Equal(numbers, Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes, i * 4)));
    }

    [Fact]
    public async Task Embeddings_PictureAsObject_IsTakenInEachShape()
    {
        string uri = Gallery.DataUri(Gallery.NewJpeg(1));

        var answer = await Server.PostAsync(
            "/v1/embeddings", new { input = new object[] { uri, new { image = uri }, new { type = "image_url", image_url = new { url = uri } }, new { type = "input_image", image_url = uri } } });

        float[][] embeddings = [.. answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray())];
        Assert.Equal(4, embeddings.Length);
        Assert.All(embeddings, embedding => AssertClose(embeddings[0], embedding));
    }

    private EmbeddingClient Client(string model) =>
        new(model, new ApiKeyCredential("none is asked for"), new OpenAIClientOptions { Endpoint = new Uri(Server.Address, "/v1") });

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f);
        }
    }
}
