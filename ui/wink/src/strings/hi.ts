const x = { "app.close": "Isara" };
export default x;
