using Relsim.Tokenization;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Mini;

/// <summary>
/// Text into the relational space: hashed n-gram word vectors (no closed vocabulary), a convolution over three neighbouring
/// words for their order, and the mean and maximum over the words.
/// </summary>
internal sealed class TextTower : Module
{
    private static readonly Scalar Aside = 1e4f; // what a place without a word is lowered by, so that it is no maximum
    private static readonly Scalar Least = -10f; // the maximum over no words

    private readonly HashedWordTokenizer tokenizer;
    private readonly int length;
    private readonly int width;

    private readonly EmbeddingBag words;
    private readonly Conv1d conv;
    [ComponentName(Name = "in_proj")]
    private readonly Linear inProj;
    [ComponentName(Name = "out_proj")]
    private readonly Linear outProj;

    public TextTower(MiniConfig config)
        : base(nameof(TextTower))
    {
        tokenizer = new HashedWordTokenizer(config.TextBuckets);
        length = config.TextLength;
        width = config.TextWidth;
        words = EmbeddingBag(config.TextBuckets, width, mode: EmbeddingBagMode.Mean);
        conv = Conv1d(width, 2 * width, 3, padding: 1);
        inProj = Linear(5 * width, config.TextDimension);
        outProj = Linear(config.TextDimension, config.TextDimension);
        RegisterComponents();
    }

    /// <summary>Texts to [B, R - O], not normalised. A text without any word maps to the tower's answer to nothing.</summary>
    public Tensor Encode(IReadOnlyList<string> texts)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor ids, Tensor offsets, Tensor mask) = Tokenize(texts);
        Tensor x = words.call(ids, offsets).view(texts.Count, length, width) * mask; // [B, L, E]
        Tensor y = functional.gelu(conv.call(x.transpose(1, 2))).transpose(1, 2);    // [B, L, 2E]
        Tensor count = mask.sum(1).clamp_min(One);                                   // [B, 1]
        Tensor mean = (y * mask).sum(1) / count;
        Tensor most = (y - mask.negative().add_(One, One).mul_(Aside)).amax([1L]).clamp_min(Least);
        Tensor pooled = cat([x.sum(1) / count, mean, most], 1);                      // [B, 5E]
        return outProj.call(functional.gelu(inProj.call(pooled))).MoveToOuterDisposeScope();
    }

    // A bag for each of the B x L places; places past a text's end are empty bags, which embed to zero.
    private (Tensor Ids, Tensor Offsets, Tensor Mask) Tokenize(IReadOnlyList<string> texts)
    {
        var ids = new List<long>();
        long[] offsets = new long[texts.Count * length];
        float[] mask = new float[texts.Count * length];
        for (int text = 0; text < texts.Count; text++)
        {
            IReadOnlyList<string> split = HashedWordTokenizer.Words(texts[text], length);
            for (int place = 0; place < length; place++)
            {
                int slot = (text * length) + place;
                offsets[slot] = ids.Count;
                if (place < split.Count)
                {
                    mask[slot] = 1;
                    ids.AddRange(tokenizer.Ids(split[place]).Select(id => (long)id));
                }
            }
        }

        // EmbeddingBag refuses an empty id list; an id after every bag's end would join the last one, so it is only added where all are empty.
        if (ids.Count == 0)
        {
            ids.Add(0);
        }

        Device device = conv.weight.device;
        return (tensor(ids.ToArray(), device: device), tensor(offsets, device: device), tensor(mask, device: device).view(texts.Count, length, 1));
    }
}
