using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NetVips;
using Relsim.Web.Tests.Api;

namespace Relsim.Web.Tests.Uploads;

public sealed class UploadTests(SharedServer shared)
{
    private const int Mutations = 10_000;
    private const int AtOnce = 32;

    // Header, screen and palette come before it.
    private const int GifFrame = 13 + (256 * 3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => shared.Server.Client;

    [Fact]
    public async Task Upload_BodyOrForm_CanBeSearchedAndSeen()
    {
        byte[] picture = Gallery.NewJpeg(1);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "file", "C:\\pictures\\a.jpg" } };

        JsonElement byForm = await ReadAsync(await Client.PostAsync("/upload", form, Token));
        JsonElement byBody = await ReadAsync(await Client.PostAsync("/upload?name=b.jpg", new ByteArrayContent(picture), Token));

        Assert.Equal("a.jpg", byForm.GetProperty("name").GetString());
        Assert.Equal(160, byBody.GetProperty("width").GetInt32());
        string first = byForm.GetProperty("id").GetString()!, second = byBody.GetProperty("id").GetString()!;
        Assert.NotEqual(first, second);
        JsonElement same = await shared.Server.PostAsync("/v1/score", new { first, second });
        Assert.Equal(1, same.GetProperty("relational_score").GetSingle(), 1e-4f);
        Assert.Equal(picture, await Client.GetByteArrayAsync($"/img/{first}", Token));
        using Image thumbnail = Image.NewFromBuffer(await Client.GetByteArrayAsync($"/thumb/{first}?w=64", Token));
        Assert.Equal(64, thumbnail.Width);
    }

    [Fact]
    [Trait("Kind", "Fault")]
    public async Task Upload_TenThousandMutatedPictures_NeverFails()
    {
        byte[][] seeds = Seeds();
        var statuses = new int[Mutations];
        await Parallel.ForAsync(0, Mutations, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token }, async (i, token) =>
        {
            var random = new Random(i);
            using var content = new ByteArrayContent(Mutate(seeds[i % seeds.Length], random));
            using HttpResponseMessage response = await Client.PostAsync("/upload", content, token);
            statuses[i] = (int)response.StatusCode;
        });

        int[] failed = [.. Enumerable.Range(0, Mutations).Where(i => statuses[i] is not (>= 200 and < 300 or >= 400 and < 500))];
        Assert.True(failed.Length == 0, $"Seeds that failed: {string.Join(", ", failed.Take(20))}");
        Assert.Contains(200, statuses);
        Assert.Contains(400, statuses);
        Assert.Empty(shared.Server.Log.Errors);
    }

    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(1, 2_000_000_000)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public async Task Upload_PngThatPromisesTooMuch_IsRefused(int width, int height)
    {
        using HttpResponseMessage response = await Client.PostAsync("/upload", new ByteArrayContent(Bombs.Png(width, height, rows: 1)), Token);

        await ProblemTests.AssertProblemAsync(response, 413);
    }

    [Fact]
    public async Task Upload_PngThatUnpacksToMoreThanAllowed_IsRefused()
    {
        // 400 million pixels in some hundred kilobytes.
        byte[] bomb = Bombs.Png(20_000, 20_000, rows: 20_000);
        Assert.InRange(bomb.Length, 1, 2_000_000);

        using HttpResponseMessage response = await Client.PostAsync("/upload", new ByteArrayContent(bomb), Token);

        await ProblemTests.AssertProblemAsync(response, 413);
    }

    [Fact]
    public async Task Upload_GifAndBmpThatPromiseTooMuch_AreRefused()
    {
        byte[] gif = Seeds()[3], bmp = Seeds()[4];
        foreach (int side in new[] { 6, 8, GifFrame + 5, GifFrame + 7 })
        {
            BitConverter.TryWriteBytes(gif.AsSpan(side), (ushort)60_000);
        }

        BitConverter.TryWriteBytes(bmp.AsSpan(18), 60_000);
        BitConverter.TryWriteBytes(bmp.AsSpan(22), 60_000);

        foreach (byte[] bomb in new[] { gif, bmp })
        {
            using HttpResponseMessage response = await Client.PostAsync("/upload", new ByteArrayContent(bomb), Token);
            Assert.InRange((int)response.StatusCode, 400, 499);
        }
    }

    [Fact]
    [Trait("Kind", "Fault")]
    public async Task Upload_ClientLeavesInTheMiddle_HarmsNobody()
    {
        byte[] picture = Gallery.NewJpeg(2);
        for (int i = 0; i < 20; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, shared.Server.Address.Port, Token);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {picture.Length}\r\n\r\n"), Token);
            await client.GetStream().WriteAsync(picture.AsMemory(0, picture.Length * i / 20), Token);
            client.LingerState = new LingerOption(true, 0); // cut, not closed
        }

        using HttpResponseMessage response = await Client.PostAsync("/upload", new ByteArrayContent(picture), Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(shared.Server.Log.Errors);
    }

    [Fact]
    public async Task Upload_FormWithoutOrWithManyFiles_IsRefused()
    {
        using var none = new MultipartFormDataContent { { new StringContent("x"), "text" } };
        using var two = new MultipartFormDataContent { { new ByteArrayContent([1]), "a", "a" }, { new ByteArrayContent([2]), "b", "b" } };
        using var broken = new StringContent("--x\r\nContent-Disposition: form-data");
        broken.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };

        foreach (HttpContent form in new HttpContent[] { none, two, broken })
        {
            await ProblemTests.AssertProblemAsync(await Client.PostAsync("/upload", form, Token), 400);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>A small picture in each format.</summary>
    private static byte[][] Seeds()
    {
        using Image image = Image.NewFromBuffer(Gallery.NewPng(3, 24));
        return [image.JpegsaveBuffer(q: 80), image.PngsaveBuffer(), image.WebpsaveBuffer(q: 70), Gif(24), Bmp(24)];
    }

    /// <summary>Bytes changed, cut out, doubled, cut off or swapped with another place.</summary>
    private static byte[] Mutate(byte[] seed, Random random)
    {
        List<byte> bytes = [.. seed];
        for (int change = random.Next(1, 9); change > 0 && bytes.Count > 1; change--)
        {
            int at = random.Next(bytes.Count), length = random.Next(1, Math.Min(32, bytes.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.RemoveRange(at, random.Next(3) == 0 ? bytes.Count - at : 0);
                    break;
                default:
                    bytes[at] = (byte)(random.Next(2) * 255);
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Bmp(int side)
    {
        byte[] bytes = new byte[54 + (side * side * 3)];
        "BM"u8.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes.AsSpan(2), bytes.Length);
        BitConverter.TryWriteBytes(bytes.AsSpan(10), 54);
        BitConverter.TryWriteBytes(bytes.AsSpan(14), 40);
        BitConverter.TryWriteBytes(bytes.AsSpan(18), side);
        BitConverter.TryWriteBytes(bytes.AsSpan(22), side);
        BitConverter.TryWriteBytes(bytes.AsSpan(26), (short)1);
        BitConverter.TryWriteBytes(bytes.AsSpan(28), (short)24);
        new Random(1).NextBytes(bytes.AsSpan(54));
        return bytes;
    }

    /// <summary>Uncompressed codes of nine bits, cleared before they would grow.</summary>
    private static byte[] Gif(int side)
    {
        var bytes = new List<byte>("GIF89a"u8.ToArray()) { (byte)side, 0, (byte)side, 0, 0xF7, 0, 0 };
        bytes.AddRange(Enumerable.Range(0, 256 * 3).Select(i => (byte)(i / 3)));
        bytes.AddRange([0x2C, 0, 0, 0, 0, (byte)side, 0, (byte)side, 0, 0, 8]);
        var bits = new List<bool>();
        void Code(int code) => bits.AddRange(Enumerable.Range(0, 9).Select(bit => (code >> bit & 1) == 1));
        for (int i = 0; i < side * side; i++)
        {
            if (i % 100 == 0)
            {
                Code(256);
            }

            Code(i * 7 % 256);
        }

        Code(257);
        byte[] data = [.. bits.Chunk(8).Select(chunk => (byte)chunk.Select((bit, i) => bit ? 1 << i : 0).Sum())];
        foreach (byte[] block in data.Chunk(255))
        {
            bytes.Add((byte)block.Length);
            bytes.AddRange(block);
        }

        bytes.AddRange([0, 0x3B]);
        return [.. bytes];
    }
}
