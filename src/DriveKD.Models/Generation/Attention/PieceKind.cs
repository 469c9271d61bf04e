namespace DriveKD.Models.Generation.Attention;

/// <summary>What a piece of a sequence is.</summary>
public enum PieceKind
{
    /// <summary>Text whose attention is not averaged.</summary>
    Text,

    /// <summary>A control token of the turns' markup.</summary>
    Control,

    /// <summary>The image tokens of a picture.</summary>
    Picture,

    /// <summary>A token whose attention is averaged.</summary>
    Chosen,
}
