using DriveKD.Analysis.Observing;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>Cuts text rows and vision columns out of a sample's maps. Owns the positions.</summary>
/// <remarks>Shapes: T tokens, R text tokens, V vision tokens.</remarks>
public sealed class TextVisionPart : IDisposable
{
    private readonly Tensor _text_R;
    private readonly Tensor _vision_V;

    /// <param name="roles">The sample's tokens.</param>
    /// <param name="device">Where the maps lie.</param>
    public TextVisionPart(TokenRoles roles, Device device) => (_text_R, _vision_V) = (Place(roles.Text, device), Place(roles.Vision, device));

    /// <summary>The part of a map.</summary>
    /// <param name="mean_TT">Float32 [T, T].</param>
    /// <returns>Float32 [R, V], rows and columns in the tokens' order; owned by the caller.</returns>
    public Tensor Of(Tensor mean_TT)
    {
        using Tensor rows_RT = mean_TT.index_select(0, _text_R);
        return rows_RT.index_select(1, _vision_V);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _text_R.Dispose();
        _vision_V.Dispose();
    }

    private static Tensor Place(IReadOnlyList<int> positions, Device device) =>
        tensor([.. positions.Select(position => (long)position)], ScalarType.Int64, device).DetachFromDisposeScope();
}
