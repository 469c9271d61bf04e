namespace DriveKD.Models.Families;

/// <summary>The parts that a model's parameters are counted by.</summary>
public enum ModelPart
{
    /// <summary>The vision tower (InternViT).</summary>
    VisionTower,

    /// <summary>The projector from tower to decoder.</summary>
    Projector,

    /// <summary>The token embedding.</summary>
    Embedding,

    /// <summary>The decoder's layers and its final norm.</summary>
    LanguageLayers,

    /// <summary>The language-model head, where it is a tensor of its own.</summary>
    Head,
}
