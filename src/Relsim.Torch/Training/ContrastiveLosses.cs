using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Training;

/// <summary>Contrastive losses over unit vectors, computed in float32. Labels are int64; -1 means 'like nothing else here'.</summary>
internal static class ContrastiveLosses
{
    private static readonly Scalar Never = -1e4f;
    private static readonly Scalar LeastProbability = 1e-8f;

    /// <summary>
    /// Supervised contrastive loss (Khosla et al. 2020, equation 2): every other row of the same label is a positive, all
    /// other rows are negatives. Anchors without a positive do not count. Embeddings [B, D], labels [B], result scalar.
    /// </summary>
    public static Tensor Supervised(Tensor embeddings, Tensor labels, float temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor self = eye(embeddings.shape[0], dtype: ScalarType.Bool, device: embeddings.device);                     // [B, B]
        Tensor logits = Logits(embeddings, embeddings, temperature).masked_fill(self, Never); // [B, B]
        Tensor logProbability = functional.log_softmax(logits, 1);
        Tensor positive = labels.unsqueeze(1).eq(labels.unsqueeze(0)).logical_and(labels.ge(Zero).unsqueeze(1)).logical_and(self.logical_not());
        return MeanOverPositives(logProbability, positive).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// InfoNCE from images to a bank of texts and back (relsim-facts: temperature 0.07; here both ways, and images that share
    /// a relation are positives of one text, never false negatives). Images [B, R], texts [T, R], labels [B] in 0 .. T-1 or -1.
    /// </summary>
    public static Tensor ImageText(Tensor images, Tensor texts, Tensor labels, float temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = Logits(images, texts, temperature);                          // [B, T]
        using Scalar count = texts.shape[0];
        Tensor positive = labels.unsqueeze(1).eq(arange(Zero, count, One, device: images.device).unsqueeze(0)); // [B, T]
        Tensor forth = MeanOverPositives(functional.log_softmax(logits, 1), positive);
        Tensor back = MeanOverPositives(functional.log_softmax(logits.t(), 1), positive.t());
        return forth.add(back, One).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// relsim's loss, InfoNCE one way (van den Oord et al. 2018, equation 4): the mean over i of -log(exp(x_i t_i / s) / sum_j exp(x_i t_j / s)), where x_i
    /// and t_i are the unit vectors of image i and of its own text, and s is the temperature. Images and texts [B, D], result scalar.
    /// </summary>
    /// <param name="images">x.</param>
    /// <param name="texts">t, row for row.</param>
    /// <param name="temperature">s; the paper's is 0.07.</param>
    /// <param name="captions">
    /// Labels [B] of the captions: where j has the label of i, t_j is as true of image i as t_i, and leaves the sum instead of being pushed away. Null, as the
    /// reference trains (thaoshibe/relsim at a3f657a): every other text is a negative.
    /// </param>
    public static Tensor ImageToText(Tensor images, Tensor texts, double temperature, Tensor? captions = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = Logits(images, texts, temperature);                          // [B, B]
        if (captions is not null)
        {
            Tensor self = eye(images.shape[0], dtype: ScalarType.Bool, device: images.device); // [B, B]
            Tensor same = captions.unsqueeze(1).eq(captions.unsqueeze(0)).logical_and(captions.ge(Zero).unsqueeze(1)); // [B, B]
            logits = logits.masked_fill(same.logical_and(self.logical_not()), Never);
        }

        return (-functional.log_softmax(logits, 1).diagonal().mean()).MoveToOuterDisposeScope();
    }

    /// <summary>Likeness of every image to every text over the temperature: [B, D] and [T, D] to [B, T].</summary>
    public static Tensor Logits(Tensor images, Tensor texts, double temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar divisor = temperature;
        return images.matmul(texts.t()).div(divisor).MoveToOuterDisposeScope();      // [B, T]
    }

    /// <summary>
    /// Cross entropy of the family: the probability of a family is the sum over its relations' texts, so that confusing two
    /// variants costs less than confusing two families. Families [B] in 0 .. F-1 or -1, bank families [T].
    /// </summary>
    public static Tensor Family(Tensor images, Tensor texts, Tensor families, Tensor bankFamilies, float temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor probability = functional.softmax(Logits(images, texts, temperature), 1);       // [B, T]
        Tensor member = families.unsqueeze(1).eq(bankFamilies.unsqueeze(0)).to_type(ScalarType.Float32); // [B, T]
        Tensor counted = families.ge(Zero).to_type(ScalarType.Float32);
        Tensor loss = -(probability * member).sum(1).clamp_min(LeastProbability).log() * counted;
        return (loss.sum() / counted.sum().clamp_min(One)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How far pictures of problems lie on their own side: for every picture, its mean cosine with the others of its side less its mean cosine with the
    /// other side's pictures, what the side-2AFC of Bongard's problems counts the sign of. Embeddings of P problems [2PK, D], each the left side's K rows
    /// before the right side's; result [P, 2K].
    /// </summary>
    public static Tensor SideMargins(Tensor embeddings, long picturesOfASide)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor problems = embeddings.view(-1, 2 * picturesOfASide, embeddings.shape[1]); // [P, 2K, D]
        Tensor cosines = problems.bmm(problems.transpose(1, 2));                     // [P, 2K, 2K]
        using Scalar others = picturesOfASide - 1, all = picturesOfASide;
        Tensor side = arange(Zero, Two, One, device: embeddings.device).repeat_interleave(picturesOfASide);     // [2K]
        Tensor same = side.unsqueeze(1).eq(side.unsqueeze(0)).to_type(ScalarType.Float32); // [2K, 2K]
        Tensor own = ((cosines * same).sum(2) - cosines.diagonal(0, 1, 2)) / others; // [P, 2K]
        Tensor other = (cosines * same.logical_not().to_type(ScalarType.Float32)).sum(2) / all;
        return (own - other).MoveToOuterDisposeScope();
    }

    /// <summary>Logistic loss of <see cref="SideMargins"/>: the mean of log(1 + exp(-margin / s)) with temperature s. Result scalar.</summary>
    public static Tensor Sides(Tensor embeddings, long picturesOfASide, float temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        using Scalar divisor = temperature;
        return (-functional.logsigmoid(SideMargins(embeddings, picturesOfASide).div(divisor)).mean()).MoveToOuterDisposeScope();
    }

    private static Tensor MeanOverPositives(Tensor logProbability, Tensor positive)
    {
        Tensor mask = positive.to_type(ScalarType.Float32);
        Tensor count = mask.sum(1);
        Tensor perAnchor = (logProbability * mask).sum(1) / count.clamp_min(One);
        return -perAnchor.sum() / count.gt(Zero).to_type(ScalarType.Float32).sum().clamp_min(One);
    }
}
