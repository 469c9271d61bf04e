namespace DriveKD.Analysis.AttentionPages;

/// <summary>The look of a sheet's text.</summary>
/// <param name="Size">Of the letters.</param>
/// <param name="IsBold">Whether they are bold.</param>
/// <param name="IsPale">Whether they are grey.</param>
internal sealed record SheetText(float Size, bool IsBold = false, bool IsPale = false)
{
    /// <summary>The sheet's heading.</summary>
    public static SheetText Title { get; } = new(20, IsBold: true);

    /// <summary>The head of a row or a column.</summary>
    public static SheetText Head { get; } = new(13, IsBold: true);

    /// <summary>Question and answer.</summary>
    public static SheetText Body { get; } = new(13);

    /// <summary>Numbers.</summary>
    public static SheetText Note { get; } = new(11, IsPale: true);
}
