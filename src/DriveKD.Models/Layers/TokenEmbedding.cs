using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Layers;

/// <summary>One row of weights per token id; a tied head uses the same rows.</summary>
internal sealed class TokenEmbedding : Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public TokenEmbedding(int vocabularySize, int hiddenSize, Placement placement)
        : base(nameof(TokenEmbedding))
    {
        _weight = placement.CreateParameter(vocabularySize, hiddenSize);
        RegisterComponents();
    }

    /// <summary>[vocabulary, hidden].</summary>
    public Parameter Weight => _weight;

    /// <summary>int64 ids [B, T] -> [B, T, hidden].</summary>
    public override Tensor forward(Tensor ids)
    {
        using Tensor flat = ids.flatten();
        using Tensor rows = _weight.index_select(0, flat);
        return rows.reshape(ids.shape[0], ids.shape[1], _weight.shape[1]);
    }
}
