namespace DriveKD.Models.Layers;

/// <summary>How rotary position embeddings reach beyond the trained length.</summary>
public enum RopeScalingKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Positions are divided by the factor.</summary>
    Linear,

    /// <summary>The base grows with the sequence once it is longer than max_position_embeddings ("dynamic NTK").</summary>
    Dynamic,
}
