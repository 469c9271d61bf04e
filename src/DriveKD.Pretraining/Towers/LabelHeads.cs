using DriveKD.Models.Tensors;
using DriveKD.Pretraining.Labels;
using DriveKD.Runs.Folders;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Pretraining.Towers;

/// <summary>
/// Linear heads on a tower's features: one for all that is said of image tokens, one on the mean token for what is said of pictures. They
/// are there to train the tower and are no part of the model.
/// </summary>
/// <remarks>Shapes: N pictures, S image tokens, F features, K the classes of all heads.</remarks>
internal sealed class LabelHeads : IDisposable
{
    private readonly LabelScheme _scheme;
    private readonly Parameter _tokenWeight_KF;
    private readonly Parameter _tokenBias_K;
    private readonly Parameter _pictureWeight_KF;
    private readonly Parameter _pictureBias_K;

    /// <param name="scheme">What is said.</param>
    /// <param name="features">F.</param>
    /// <param name="seeds">Weights are drawn from the stream <c>heads</c>.</param>
    /// <param name="device">Where.</param>
    public LabelHeads(LabelScheme scheme, int features, SeedStreams seeds, Device device)
    {
        _scheme = scheme;
        RandomStream random = seeds.Open("heads");
        (_tokenWeight_KF, _tokenBias_K) = Create(scheme.Tokens.Sum(head => head.Classes.Count), features, random, device);
        (_pictureWeight_KF, _pictureBias_K) = Create(scheme.Pictures.Sum(head => head.Classes.Count), features, random, device);
    }

    /// <summary>What is trained, by name.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters => new OrderedDictionary<string, Parameter>
    {
        ["heads.tokens.weight"] = _tokenWeight_KF,
        ["heads.tokens.bias"] = _tokenBias_K,
        ["heads.pictures.weight"] = _pictureWeight_KF,
        ["heads.pictures.bias"] = _pictureBias_K,
    };

    /// <summary>The weighted sum of all heads' cross entropies, a scalar.</summary>
    /// <param name="features_NSF">The tower's features.</param>
    /// <param name="batch">The labels.</param>
    public Tensor Loss(Tensor features_NSF, TowerBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weights = batch.Weights_NS.reshape(-1);
        Tensor total = zeros([], ScalarType.Float32, features_NSF.device);
        foreach ((LabelHead head, Tensor logits, Tensor labels) in Outputs(features_NSF, batch.TokenLabels_NS, _scheme.Tokens, _tokenWeight_KF, _tokenBias_K))
        {
            Tensor losses = functional.cross_entropy(logits.flatten(0, 1), labels.reshape(-1), reduction: Reduction.None);
            total = total.Plus(losses.mul(weights).mean().mul(Scalars.Of(head.Weight)));
        }

        using Tensor mean_NF = features_NSF.mean([1]);
        foreach ((LabelHead head, Tensor logits, Tensor labels) in Outputs(mean_NF, batch.PictureLabels_N, _scheme.Pictures, _pictureWeight_KF, _pictureBias_K))
        {
            total = total.Plus(functional.cross_entropy(logits, labels).mul(Scalars.Of(head.Weight)));
        }

        return total.MoveToOuterDisposeScope();
    }

    /// <summary>How many labels each head finds: of tokens only where there is something.</summary>
    /// <param name="features_NSF">The tower's features.</param>
    /// <param name="batch">The labels.</param>
    /// <returns>By head's name: found, and asked for.</returns>
    public IReadOnlyDictionary<string, (long Found, long Asked)> Count(Tensor features_NSF, TowerBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        OrderedDictionary<string, (long, long)> counts = [];
        long occupied = batch.Occupied_NS.sum().item<long>();
        foreach ((LabelHead head, Tensor logits, Tensor labels) in Outputs(features_NSF, batch.TokenLabels_NS, _scheme.Tokens, _tokenWeight_KF, _tokenBias_K))
        {
            counts.Add(head.Name, (logits.argmax(-1).eq(labels).logical_and(batch.Occupied_NS).sum().item<long>(), occupied));
        }

        Tensor mean_NF = features_NSF.mean([1]);
        foreach ((LabelHead head, Tensor logits, Tensor labels) in Outputs(mean_NF, batch.PictureLabels_N, _scheme.Pictures, _pictureWeight_KF, _pictureBias_K))
        {
            counts.Add(head.Name, (logits.argmax(-1).eq(labels).sum().item<long>(), labels.numel()));
        }

        return counts;
    }

    public void Dispose()
    {
        foreach (Parameter parameter in Parameters.Values)
        {
            parameter.Dispose();
        }
    }

    private static IEnumerable<(LabelHead Head, Tensor Logits, Tensor Labels)> Outputs(
        Tensor features, IReadOnlyList<Tensor> labels, IReadOnlyList<LabelHead> heads, Parameter weight_KF, Parameter bias_K)
    {
        if (heads.Count == 0)
        {
            return [];
        }

        // One product for all heads, cut afterwards. Not lazily: a scope of the caller must own what is made.
        Tensor all = functional.linear(features, weight_KF, bias_K);
        List<(LabelHead, Tensor, Tensor)> outputs = [];
        long first = 0;
        for (int i = 0; i < heads.Count; i++)
        {
            outputs.Add((heads[i], all.narrow(-1, first, heads[i].Classes.Count), labels[i]));
            first += heads[i].Classes.Count;
        }

        return outputs;
    }

    private static (Parameter Weight, Parameter Bias) Create(int classes, int features, RandomStream random, Device device)
    {
        float[] values = new float[classes * features];
        double bound = 1 / Math.Sqrt(features);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(bound * ((2 * random.NextDouble()) - 1));
        }

        using DisposeScope scope = NewDisposeScope();
        Parameter weight = new(tensor(values, [classes, features]).to(device), requires_grad: true);
        Parameter bias = new(zeros([classes], ScalarType.Float32, device), requires_grad: true);
        weight.DetachFromDisposeScope();
        bias.DetachFromDisposeScope();
        return (weight, bias);
    }
}
