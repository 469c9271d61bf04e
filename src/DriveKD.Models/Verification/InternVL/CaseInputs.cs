using DriveKD.Data.Errors;
using DriveKD.Models.InternVL;
using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>
/// What a case starts from: pixels and ids, or where the golden leaves the pixels out, its recorded image features or embeddings.
/// The tensors belong to the scope of the case.
/// </summary>
/// <remarks>Shapes: N tiles, P tokens per tile, B batch, T tokens, C channels.</remarks>
internal sealed class CaseInputs
{
    private readonly Tensor? _features_NPC;
    private readonly Tensor? _embeddings_BTC;

    private CaseInputs(Tensor? pixels_N3HW, Tensor? features_NPC, Tensor? embeddings_BTC, SequenceInputs? sequence) =>
        (Pixels_N3HW, _features_NPC, _embeddings_BTC, Sequence) = (pixels_N3HW, features_NPC, embeddings_BTC, sequence);

    /// <summary>Normalised pixels; null where the case has none.</summary>
    public Tensor? Pixels_N3HW { get; }

    /// <summary>Ids and masks; null for a case of pictures alone.</summary>
    public SequenceInputs? Sequence { get; }

    /// <summary>Embeddings can be formed and run through the decoder.</summary>
    public bool RunsDecoder => _embeddings_BTC is not null || Sequence is not null;

    /// <summary>The embeddings are formed of ids and pictures rather than given.</summary>
    public bool FormsEmbeddings => _embeddings_BTC is null && Sequence is not null;

    /// <summary>Everything from ids and pixels on is computed: what a generator needs.</summary>
    public bool IsComplete => FormsEmbeddings && _features_NPC is null;

    /// <summary>Chooses where the case starts.</summary>
    /// <exception cref="InputException">Image slots without pictures, or other numbers of slots than of features.</exception>
    public static CaseInputs Create(GoldenSubject subject, GoldenCase golden, Tensor? pixels_N3HW, SequenceInputs? sequence)
    {
        if (sequence is null)
        {
            return new CaseInputs(pixels_N3HW, null, pixels_N3HW is null ? golden.ReadFirst(3, "llm.inputs_embeds") : null, null);
        }

        long slots = sequence.Slots;
        if (pixels_N3HW is null && slots > 0)
        {
            Tensor? features_NPC = golden.ReadFirst(3, "projector.out");
            Tensor? embeddings_BTC = features_NPC is null ? golden.ReadFirst(3, "llm.inputs_embeds") : null;
            if (features_NPC is null && embeddings_BTC is null)
            {
                throw new InputException(golden.Path + ".safetensors", $"has {slots} image slots but neither pixels nor projector.out nor llm.inputs_embeds to fill them.");
            }

            RequireRows(golden, slots, features_NPC is null ? slots : features_NPC.shape[0] * features_NPC.shape[1]);
            return new CaseInputs(null, features_NPC, embeddings_BTC, sequence);
        }

        RequireRows(golden, slots, pixels_N3HW is null ? 0 : pixels_N3HW.shape[0] * TokensPerTile(subject, pixels_N3HW));
        return new CaseInputs(pixels_N3HW, null, null, sequence);
    }

    /// <summary>Tokens that one tile of these pixels becomes.</summary>
    public static long TokensPerTile(GoldenSubject subject, Tensor pixels_N3HW)
    {
        InternVLConfig config = subject.Config;
        long unit = config.Vision.PatchSize * config.PatchesPerTokenSide;
        return pixels_N3HW.shape[2] / unit * (pixels_N3HW.shape[3] / unit);
    }

    /// <summary>Embeddings [B, T, C], fresh, with pictures run through the tower where there are pixels.</summary>
    public Tensor Embed(InternVLModel model, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!FormsEmbeddings)
        {
            return _embeddings_BTC!.to(model.Placement.Device, copy: true).MoveToOuterDisposeScope();
        }

        Tensor? features_NPC = Pixels_N3HW is null ? _features_NPC?.to(model.Placement.Device) : model.EncodeTiles(Pixels_N3HW, probe);
        return model.Embed(Sequence!.IdsTensor(), features_NPC is null ? null : Sequence.ImageMaskTensor(), features_NPC?.flatten(0, 1)).MoveToOuterDisposeScope();
    }

    private static void RequireRows(GoldenCase golden, long slots, long rows)
    {
        if (slots != rows)
        {
            throw new InputException(golden.Path + ".safetensors", $"has {slots} image slots in its sequences and pictures of {rows} tokens.");
        }
    }
}
