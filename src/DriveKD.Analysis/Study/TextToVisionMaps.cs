using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Observing;
using DriveKD.Data.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Study;

/// <summary>
/// One sample's head-mean text-to-vision maps in every layer of a model, kept so that another model's can be compared with them. Owns them: R V
/// numbers per layer, R text and V vision tokens.
/// </summary>
public sealed class TextToVisionMaps : IDisposable
{
    private readonly List<Tensor> _maps_RV = [];

    internal TextToVisionMaps(string model, TokenRoles roles) => (Model, Roles) = (model, roles);

    /// <summary>The model whose maps they are.</summary>
    public string Model { get; }

    /// <summary>The sample's tokens.</summary>
    public TokenRoles Roles { get; }

    /// <summary>Layers that were kept.</summary>
    public int Layers => _maps_RV.Count;

    /// <summary>A layer's map, float32 [R, V], rows and columns in the tokens' order; stays owned here.</summary>
    /// <param name="layer">From 0.</param>
    public Tensor this[int layer] => _maps_RV[layer];

    /// <inheritdoc />
    public void Dispose()
    {
        _maps_RV.ForEach(map => map.Dispose());
        _maps_RV.Clear();
    }

    /// <summary>Keeps the next layer's map and takes it over.</summary>
    internal void Add(Tensor map_RV) => _maps_RV.Add(map_RV.DetachFromDisposeScope());

    /// <summary>The distances of another model's map to the one at the same depth here.</summary>
    /// <param name="map_RV">Its map.</param>
    /// <param name="layer">Its layer, from 0.</param>
    /// <param name="layers">Its layers.</param>
    internal (double Cosine, double Squared) DistanceTo(Tensor map_RV, int layer, int layers)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor own_RV = _maps_RV[MapDistance.LayerAtSameDepth(layer, layers, Layers)];
        return MapDistance.Of(map_RV, own_RV.to(map_RV.device));
    }

    /// <summary>Refuses maps of another sequence.</summary>
    /// <exception cref="InputException">Text and vision tokens stand elsewhere.</exception>
    internal void RequireSame(TokenRoles roles, string sample, string model)
    {
        if (!roles.Text.SequenceEqual(Roles.Text) || !roles.Vision.SequenceEqual(Roles.Vision))
        {
            throw new InputException(
                sample,
                $"{model} reads it as {roles.Text.Count} text and {roles.Vision.Count} vision tokens, {Model} as {Roles.Text.Count} and {Roles.Vision.Count}, "
                    + "or in another order. Maps can be compared between models of one tokenizer and one number of tokens per picture: leave one of them out.");
        }
    }
}
