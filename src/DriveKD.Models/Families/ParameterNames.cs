namespace DriveKD.Models.Families;

/// <summary>Which canonical names the parts of a family's models have.</summary>
/// <param name="Tower">What the vision tower's names begin with.</param>
/// <param name="Projector">What the projector's names begin with; may begin with <paramref name="Tower"/>.</param>
/// <param name="LastOfProjector">The projector's last matrix.</param>
/// <param name="Decoder">What the names of embedding, layers and final norm begin with.</param>
/// <param name="Head">The head's name.</param>
public sealed record ParameterNames(string Tower, string Projector, string LastOfProjector, string Decoder, string Head)
{
    /// <summary>The token embedding's name.</summary>
    public string Embedding => Decoder + "embed_tokens.weight";

    /// <summary>What the decoder layers' names begin with; a number and a dot follow.</summary>
    public string Layers => Decoder + "layers.";

    /// <summary>What the final norm's name begins with.</summary>
    public string FinalNorm => Decoder + "norm.";

    /// <summary>Whether a parameter is the vision tower's.</summary>
    /// <param name="name">Its canonical name.</param>
    public bool IsOfTower(string name) => name.StartsWith(Tower, StringComparison.Ordinal) && !IsOfProjector(name);

    /// <summary>Whether a parameter is the projector's.</summary>
    /// <param name="name">Its canonical name.</param>
    public bool IsOfProjector(string name) => name.StartsWith(Projector, StringComparison.Ordinal);

    /// <summary>Whether a parameter is one of decoder, embedding and head.</summary>
    /// <param name="name">Its canonical name.</param>
    public bool IsOfLanguage(string name) => name == Head || name.StartsWith(Decoder, StringComparison.Ordinal);

    /// <summary>Whether a parameter is of a decoder layer.</summary>
    /// <param name="name">Its canonical name.</param>
    public bool IsOfLayers(string name) => name.StartsWith(Layers, StringComparison.Ordinal);
}
