using CsCheck;
using Relsim.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

/// <summary>Every loss beside loops in double precision that follow the equation word for word.</summary>
public sealed class ContrastiveLossesTests
{
    private static readonly Gen<Case> Cases =
        from images in Gen.Int[2, 10]
        from texts in Gen.Int[1, 6]
        from width in Gen.Int[2, 6]
        from seed in Gen.Int[0, 1_000_000]
        from temperature in Gen.Float[0.05f, 1f]
        select Case.Make(images, texts, width, seed, temperature);

    // A text for every image; labels say which captions are the same.
    private static readonly Gen<Case> Pairs =
        from rows in Gen.Int[1, 10]
        from width in Gen.Int[2, 6]
        from seed in Gen.Int[0, 1_000_000]
        from temperature in Gen.Float[0.05f, 1f]
        select Case.Make(rows, rows, width, seed, temperature);

    [Fact]
    public void Supervised_AnyLabels_EqualsLoops() => Cases.Sample(
        c => Close(NaiveSupervised(c), Run(() => ContrastiveLosses.Supervised(Matrix(c.Images), tensor(c.Labels), c.Temperature))), iter: 60, threads: 1);

    [Fact]
    public void ImageText_AnyLabels_EqualsLoops() => Cases.Sample(
        c => Close(NaiveImageText(c), Run(() => ContrastiveLosses.ImageText(Matrix(c.Images), Matrix(c.Texts), tensor(c.Labels), c.Temperature))), iter: 60, threads: 1);

    [Fact]
    public void ImageToText_EveryTextANegative_EqualsLoops() => Pairs.Sample(
        c => Close(NaiveImageToText(c, (_, _) => false), Run(() => ContrastiveLosses.ImageToText(Matrix(c.Images), Matrix(c.Texts), c.Temperature))), iter: 60, threads: 1);

    [Fact]
    public void ImageToText_CaptionsThatRepeat_AreNoNegatives() => Pairs.Sample(
        c => Close(
            NaiveImageToText(c, (i, j) => i != j && c.Labels[i] >= 0 && c.Labels[i] == c.Labels[j]),
            Run(() => ContrastiveLosses.ImageToText(Matrix(c.Images), Matrix(c.Texts), c.Temperature, tensor(c.Labels)))),
        iter: 60,
        threads: 1);

    [Fact]
    public void ImageToText_OneCaptionForAll_HasNothingToLearn()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = UnitRows(randn(4, 3)).requires_grad_();
        Tensor texts = UnitRows(randn(1, 3)).expand(4, 3);

        Tensor loss = ContrastiveLosses.ImageToText(images, texts, 0.07, zeros(4, ScalarType.Int64));
        loss.backward();

        Assert.Equal(0f, loss.item<float>());
        Assert.All(images.grad!.data<float>().ToArray(), g => Assert.Equal(0f, g));
    }

    [Fact]
    public void Family_AnyLabels_EqualsLoops() => Cases.Sample(
        c => Close(NaiveFamily(c), Run(() => ContrastiveLosses.Family(Matrix(c.Images), Matrix(c.Texts), tensor(c.Families), tensor(c.BankFamilies), c.Temperature))), iter: 60, threads: 1);

    [Fact]
    public void Losses_NothingLabelled_AreZeroWithAGradientOfZero()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = UnitRows(randn(4, 3)).requires_grad_();
        Tensor texts = UnitRows(randn(2, 3));
        Tensor none = full(4, -1L, dtype: ScalarType.Int64);

        Tensor loss = ContrastiveLosses.Supervised(images, none, 0.1f)
            + ContrastiveLosses.ImageText(images, texts, none, 0.1f)
            + ContrastiveLosses.Family(images, texts, none, tensor([0L, 1]), 0.1f);
        loss.backward();

        Assert.Equal(0f, loss.item<float>());
        Assert.All(images.grad!.data<float>().ToArray(), g => Assert.Equal(0f, g));
    }

    [Fact]
    public void Supervised_ImageOfTheSameLabelMovesCloser_LossFalls()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = tensor([0L, 0, 1, 1]);
        Tensor apart = tensor(new float[,] { { 1, 0 }, { 0, 1 }, { 1, 0 }, { 0, 1 } });
        Tensor together = tensor(new float[,] { { 1, 0 }, { 1, 0 }, { 0, 1 }, { 0, 1 } });

        float far = ContrastiveLosses.Supervised(apart, labels, 0.1f).item<float>();

        Assert.True(ContrastiveLosses.Supervised(together, labels, 0.1f).item<float>() < far);
    }

    [Fact]
    public void SideMargins_AnyProblems_EqualLoops()
    {
        using DisposeScope scope = NewDisposeScope();
        const int Problems = 3, Pictures = 4;
        Tensor embeddings = UnitRows(randn(Problems * 2 * Pictures, 5));
        float[][] rows = [.. embeddings.data<float>().ToArray().Chunk(5)];

        Tensor margins = ContrastiveLosses.SideMargins(embeddings, Pictures);
        float loss = ContrastiveLosses.Sides(embeddings, Pictures, 0.2f).item<float>();

        float[] actual = margins.flatten().data<float>().ToArray();
        double sum = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int problem = i / (2 * Pictures), side = i / Pictures;
            int[] inProblem = [.. Enumerable.Range(problem * 2 * Pictures, 2 * Pictures)];
            double own = inProblem.Where(j => j != i && j / Pictures == side).Average(j => Dot(rows[i], rows[j]));
            double other = inProblem.Where(j => j / Pictures != side).Average(j => Dot(rows[i], rows[j]));
            Assert.Equal(own - other, actual[i], 5e-6); // not by decimals: two numbers 2e-8 apart may round to different ones
            sum += Math.Log(1 + Math.Exp((other - own) / 0.2));
        }

        Assert.Equal([Problems, 2 * Pictures], margins.shape);
        Assert.Equal(sum / rows.Length, loss, 4);
    }

    private static bool Close(double expected, double actual) =>
        Math.Abs(expected - actual) <= 1e-4 * (1 + Math.Abs(expected)) ? true : throw new InvalidOperationException($"expected {expected}, got {actual}");

    private static double Run(Func<Tensor> loss)
    {
        using DisposeScope scope = NewDisposeScope();
        return loss().item<float>();
    }

    private static double NaiveSupervised(Case c)
    {
        var losses = new List<double>();
        for (int i = 0; i < c.Images.Length; i++)
        {
            int[] others = [.. Enumerable.Range(0, c.Images.Length).Where(j => j != i)];
            int[] positives = [.. others.Where(j => c.Labels[i] >= 0 && c.Labels[j] == c.Labels[i])];
            if (positives.Length > 0)
            {
                double all = others.Sum(j => Math.Exp(Dot(c.Images[i], c.Images[j]) / c.Temperature));
                losses.Add(-positives.Average(p => Math.Log(Math.Exp(Dot(c.Images[i], c.Images[p]) / c.Temperature) / all)));
            }
        }

        return losses.DefaultIfEmpty(0).Average();
    }

    private static double NaiveImageText(Case c)
    {
        double Logit(int image, int text) => Math.Exp(Dot(c.Images[image], c.Texts[text]) / c.Temperature);
        int[] images = [.. Enumerable.Range(0, c.Images.Length)], texts = [.. Enumerable.Range(0, c.Texts.Length)];
        IEnumerable<double> forth = images.Where(i => c.Labels[i] >= 0)
            .Select(i => -Math.Log(Logit(i, (int)c.Labels[i]) / texts.Sum(t => Logit(i, t))));
        IEnumerable<double> back = texts.Where(t => c.Labels.Contains(t))
            .Select(t => images.Where(i => c.Labels[i] == t).Average(i => -Math.Log(Logit(i, t) / images.Sum(other => Logit(other, t)))));
        return forth.DefaultIfEmpty(0).Average() + back.DefaultIfEmpty(0).Average();
    }

    private static double NaiveImageToText(Case c, Func<int, int, bool> leftOut)
    {
        double Logit(int image, int text) => Math.Exp(Dot(c.Images[image], c.Texts[text]) / c.Temperature);
        int[] rows = [.. Enumerable.Range(0, c.Images.Length)];
        return rows.Average(i => -Math.Log(Logit(i, i) / rows.Where(j => !leftOut(i, j)).Sum(j => Logit(i, j))));
    }

    private static double NaiveFamily(Case c)
    {
        var losses = new List<double>();
        for (int i = 0; i < c.Images.Length; i++)
        {
            if (c.Families[i] >= 0)
            {
                double[] weights = [.. c.Texts.Select(text => Math.Exp(Dot(c.Images[i], text) / c.Temperature))];
                double own = weights.Where((_, t) => c.BankFamilies[t] == c.Families[i]).Sum() / weights.Sum();
                losses.Add(-Math.Log(Math.Max(own, 1e-8)));
            }
        }

        return losses.DefaultIfEmpty(0).Average();
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static Tensor Matrix(float[][] rows) => tensor(rows.SelectMany(row => row).ToArray()).view(rows.Length, rows[0].Length);

    private static Tensor UnitRows(Tensor x) => nn.functional.normalize(x, dim: 1).detach();

    private sealed record Case(float[][] Images, float[][] Texts, long[] Labels, long[] Families, long[] BankFamilies, float Temperature)
    {
        public static Case Make(int images, int texts, int width, int seed, float temperature)
        {
            var random = new Random(seed);
            long[] bankFamilies = [.. Enumerable.Range(0, texts).Select(t => (long)(t / 2))];
            long[] labels = [.. Enumerable.Range(0, images).Select(_ => (long)random.Next(-1, texts))];
            return new Case(
                Unit(random, images, width),
                Unit(random, texts, width),
                labels,
                [.. labels.Select(label => label < 0 ? -1 : bankFamilies[label])],
                bankFamilies,
                temperature);
        }

        private static float[][] Unit(Random random, int count, int width) => [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] row = [.. Enumerable.Range(0, width).Select(_ => random.NextSingle() - 0.5f)];
            float length = MathF.Sqrt(row.Sum(x => x * x));
            return row.Select(x => x / length).ToArray();
        })];
    }
}
