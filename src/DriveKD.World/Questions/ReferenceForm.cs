namespace DriveKD.World.Questions;

/// <summary>How a question names an object.</summary>
public enum ReferenceForm
{
    /// <summary>By distance, lane and kind: <c>the near left car</c>.</summary>
    Words,

    /// <summary>By an object tag: <c>&lt;c1,CAM_FRONT,x,y&gt;</c>, the centre of its visible pixels.</summary>
    Tags,

    /// <summary>By words with the tag behind them; answers and options have the words alone.</summary>
    Both,
}
